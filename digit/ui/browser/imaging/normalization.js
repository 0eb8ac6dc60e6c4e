// An ink map to a digit image: crop, scale, centre, as MNIST was made. As digit/imaging/normalization.py.

import constants from "./constants.js";
import { above, boundingRect, max, plane, round } from "./opencv.js";
import { resizeArea, resizeCubic } from "./resampling.js";

/** @typedef {import("./opencv.js").Plane} Plane */
/** @typedef {import("./opencv.js").Box} Box */

export const { DIGIT_SIZE, BOX_SIZE } = constants.normalization;
const { INK_FLOOR } = constants.normalization;

/**
 * The digit image of an ink map: cropped, scaled into a 20x20 box with its aspect kept, and moved by whole pixels until
 * its centre of mass is at the centre of the 28x28 field. The darkest pixel becomes 1.
 * @param {Plane} ink @returns {Float32Array} 784 numbers, ink = 1; all zero when there is no ink
 */
export function normalizeInk(ink) {
  const digitImage = new Float32Array(DIGIT_SIZE * DIGIT_SIZE);
  const box = inkBox(ink);
  if (!box) return digitImage;
  const scaled = fit(ink, box);
  const peak = max(scaled);
  if (peak <= 0) return digitImage;
  let [total, momentX, momentY] = [0, 0, 0];
  for (let y = 0, i = 0; y < BOX_SIZE; y++) {
    for (let x = 0; x < BOX_SIZE; x++, i++) {
      total += scaled.data[i];
      momentX += x * scaled.data[i];
      momentY += y * scaled.data[i];
    }
  }
  const [left, top] = [offset(momentX / total), offset(momentY / total)];
  for (let y = 0, i = 0; y < BOX_SIZE; y++) {
    for (let x = 0; x < BOX_SIZE; x++, i++) digitImage[(top + y) * DIGIT_SIZE + left + x] = scaled.data[i] / peak;
  }
  return digitImage;
}

/** The smallest box around all ink above `INK_FLOOR` of the darkest. @param {Plane} ink @returns {Box | null} null when there is no ink */
export function inkBox(ink) {
  const darkest = max(ink);
  return darkest > 0 ? boundingRect(above(ink, Math.fround(INK_FLOOR * darkest))) : null;
}

/** The ink of a box, padded to a square so that its aspect is kept exactly, scaled to 20x20. @param {Plane} ink @param {Box} box @returns {Plane} */
function fit(ink, { x, y, width, height }) {
  const side = Math.max(width, height);
  const square = plane(side, side);
  const [left, top] = [(side - width) >> 1, (side - height) >> 1];
  for (let row = 0; row < height; row++) {
    const start = (y + row) * ink.width + x;
    square.data.set(ink.data.subarray(start, start + width), (top + row) * side + left);
  }
  if (side === BOX_SIZE) return square;
  // Area averaging is the anti-aliased way down; on the way up it would repeat pixels.
  const scaled = (side > BOX_SIZE ? resizeArea : resizeCubic)(square, BOX_SIZE, BOX_SIZE);
  return { ...scaled, data: scaled.data.map((value) => Math.min(Math.max(value, 0), 1)) };
}

/** Where the 20x20 box starts in the field, in whole pixels. @param {number} centreOfMass @returns {number} */
const offset = (centreOfMass) => Math.min(Math.max(round(DIGIT_SIZE / 2 - centreOfMass), 0), DIGIT_SIZE - BOX_SIZE);
