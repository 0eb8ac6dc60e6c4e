// How strongly a drawing differs from its paper, and what that says of ink and clutter. As digit/imaging/contrast.py,
// without the measures of grain and uneven light.

import constants from "./constants.js";
import { smallestMark } from "./marks.js";
import { above, dilate, otsu, plane, quantile, round, valuesAbove } from "./opencv.js";

/** @typedef {import("./background.js").Picture} Picture */
/** @typedef {import("./opencv.js").Plane} Plane */

export const { MIN_CONTRAST } = constants.contrast;

/**
 * How strongly each pixel differs from the paper: root mean square over red, green and blue.
 * @param {Picture} picture @param {[number, number, number]} paper @returns {Plane} in levels of 255
 */
export function colourContrast({ data, width, height }, [red, green, blue]) {
  const contrast = plane(width, height);
  for (let i = 0, p = 0; i < contrast.data.length; i++, p += 4) {
    const [r, g, b] = [data[p] - red, data[p + 1] - green, data[p + 2] - blue];
    if (r !== 0 || g !== 0 || b !== 0) contrast.data[i] = Math.sqrt((r * r + g * g + b * b) / 3);
  }
  return contrast;
}

/**
 * The contrast of full ink: the median of the upper one of the two classes that Otsu's method finds above `threshold`.
 * @param {Plane} contrast @param {number} threshold @returns {number | null} null when fewer pixels are above it than writing has
 */
export function inkLevel(contrast, threshold) {
  const values = valuesAbove(contrast.data, threshold);
  if (values.length < smallestMark(contrast)) return null;
  const split = otsu(values);
  const upper = valuesAbove(values, split + 1 - 2 ** -16); // whole levels: from the next one on
  return quantile(upper.length ? upper : values, 0.5);
}

/** What the paper shows away from the ink: what an eraser left. @param {Plane} contrast @param {number} level @returns {number} */
export function clutterLevel(contrast, level) {
  const { width, height } = contrast;
  const reach = 2 * Math.max(2, round(0.02 * Math.max(width, height))) + 1;
  const near = dilate(above(contrast, 0.5 * level), reach, reach);
  const step = contrast.data.length < 10_000 ? 1 : 2;
  const away = new Float32Array(contrast.data.length);
  let [count, inked] = [0, 0];
  for (let y = 0; y < height; y += step) {
    for (let x = 0, i = y * width; x < width; x += step, i += step) {
      if (near.data[i]) continue;
      away[count++] = contrast.data[i];
      if (contrast.data[i] !== 0) inked++;
    }
  }
  return count < 16 || inked < 0.02 * count ? 0 : quantile(away.subarray(0, count), 0.98);
}
