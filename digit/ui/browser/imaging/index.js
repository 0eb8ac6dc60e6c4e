// A drawing to a digit image: ink (background, surround, marks) -> strokes -> normalization, as digit/imaging does with
// any picture.

import { extractInk } from "./ink.js";
import { isSmall } from "./marks.js";
import { DIGIT_SIZE, inkBox, normalizeInk } from "./normalization.js";
import { prepareStrokes } from "./strokes.js";

/** @typedef {import("./opencv.js").Box} Box */
/**
 * @typedef {object} Steps
 * @property {Box | null} box of the digit; null when nothing is written
 * @property {Float32Array} digitImage 784 numbers, ink = 1; all zero when nothing is written
 * @property {boolean} several whether more than one digit is written, side by side
 * @property {boolean} small whether the digit is small on its picture
 */

/**
 * Brings a drawing into the form that the model knows.
 * @param {import("./background.js").Picture} picture opaque
 * @returns {Steps}
 */
export function preprocess(picture) {
  const { ink, several } = extractInk(picture);
  const box = inkBox(ink);
  if (!box) return { box, digitImage: new Float32Array(DIGIT_SIZE * DIGIT_SIZE), several: false, small: false };
  return { box, digitImage: normalizeInk(prepareStrokes(ink, box)), several, small: isSmall(box, ink) };
}
