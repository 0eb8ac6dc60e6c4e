// The tinted digit image of "Show why" and its caption. As digit/ui/components/why/__init__.py.

import { fill } from "../recognition/prediction.js";

/** @typedef {{ pixels: Uint8ClampedArray, caption: string }} Explanation 28x28 pixels of red, green, blue and opacity */

/**
 * The tinted digit image and its caption.
 * @param {Float32Array} digitImage @param {Float32Array} weights @param {number} digit
 * @param {import("../settings.js").Settings} settings
 * @returns {Explanation}
 */
export function explain(digitImage, weights, digit, { why, words }) {
  const pixels = new Uint8ClampedArray(4 * digitImage.length).fill(255);
  const strongest = Math.max(...weights.map(Math.abs));
  for (let i = 0; i < digitImage.length; i++) {
    const strength = Math.min(Math.abs(weights[i]) / Math.max(strongest, why.faintest), 1);
    const colour = weights[i] >= 0 ? why.for : why.against;
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] = (255 + strength * 0.75 * (colour[c] - 255)) * (1 - 0.8 * digitImage[i]);
  }
  const { captions } = words;
  if (strongest < why.faintest) return { pixels, caption: captions.nothing };
  const against = Math.min(...weights) < -why.faintest ? captions.against : "";
  return { pixels, caption: fill(captions.for, { digit }) + against };
}
