// A drawing to a digit image: ink (background, surround, marks) -> strokes -> normalization, as digit/imaging does with
// any picture.

import { extractInk } from "./ink.js";
import { DIGIT_SIZE, inkBox, normalizeInk } from "./normalization.js";
import { prepareStrokes } from "./strokes.js";

/** @typedef {import("./opencv.js").Box} Box */

/**
 * Brings a drawing into the form that the model knows.
 * @param {import("./background.js").Picture} picture opaque
 * @returns {{ box: Box | null, digitImage: Float32Array }} the box is null, and the digit image zero, when nothing is written
 */
export function preprocess(picture) {
  const ink = extractInk(picture);
  const box = inkBox(ink);
  if (!box) return { box, digitImage: new Float32Array(DIGIT_SIZE * DIGIT_SIZE) };
  return { box, digitImage: normalizeInk(prepareStrokes(ink, box)) };
}
