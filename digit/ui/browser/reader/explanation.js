// @ts-check
// Why this answer: which parts of a digit image it rests on. As digit/evaluation/occlusion.py and digit/ui/components/why/__init__.py.

import { DIGIT_SIZE } from "./normalization.js";
import { fill } from "./prediction.js";
import { gaussianBlur } from "./resampling.js";

const AT_ONCE = 8; // milliseconds of work, then the page has a turn

/** @typedef {{ pixels: Uint8ClampedArray, caption: string }} Explanation 28x28 pixels of red, green, blue and opacity */

/**
 * How much each place speaks for the answer: a square of paper is laid over one place after another and the probability
 * of the answer read again.
 * @param {(digitImage: Float32Array) => Promise<Float32Array>} probabilities
 * @param {Float32Array} digitImage @param {number} digit the answer to explain
 * @param {{ patch: number, stride: number }} squares
 * @param {() => boolean} wanted whether the answer is still on show
 * @returns {Promise<Float32Array | null>} the mean fall of the probability over all squares that hid a pixel, -1 to 1;
 *   null when it was no longer wanted
 */
export async function occlusionMap(probabilities, digitImage, digit, { patch, stride }, wanted) {
  const whole = (await probabilities(digitImage))[digit];
  const total = new Float32Array(digitImage.length);
  const count = new Float32Array(digitImage.length);
  const first = 1 - Math.floor(patch / 2);
  let since = performance.now();
  for (let top = first; top < DIGIT_SIZE - Math.floor(patch / 2); top += stride) {
    for (let left = first; left < DIGIT_SIZE - Math.floor(patch / 2); left += stride) {
      const hidden = digitImage.slice();
      const place = [];
      for (let y = Math.max(top, 0); y < Math.min(top + patch, DIGIT_SIZE); y++) {
        for (let x = Math.max(left, 0); x < Math.min(left + patch, DIGIT_SIZE); x++) place.push(y * DIGIT_SIZE + x);
      }
      for (const i of place) hidden[i] = 0;
      const fall = whole - (await probabilities(hidden))[digit];
      for (const i of place) {
        total[i] += fall;
        count[i]++;
      }
      if (performance.now() - since < AT_ONCE) continue;
      await new Promise((done) => setTimeout(done));
      if (!wanted()) return null;
      since = performance.now();
    }
  }
  const mean = total.map((value, i) => value / Math.max(count[i], 1));
  return gaussianBlur({ data: mean, width: DIGIT_SIZE, height: DIGIT_SIZE }, 1).data;
}

/**
 * The tinted digit image and its caption.
 * @param {Float32Array} digitImage @param {Float32Array} weights @param {number} digit
 * @param {import("./settings.js").Settings} settings
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
