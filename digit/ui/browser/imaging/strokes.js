// Strokes as MNIST's pens and scanner would have left them: hairlines made readable, staircases made smooth. As
// digit/imaging/strokes.py.

import constants from "./constants.js";
import { BOX_SIZE } from "./normalization.js";
import { copyMakeBorder, crop, dilateEllipse, round, sum } from "./opencv.js";
import { gaussianBlur, resizeLinear } from "./resampling.js";

/** @typedef {import("./opencv.js").Plane} Plane */
/** @typedef {import("./opencv.js").Box} Box */

const { THINNEST, WANTED, HARD, COARSE, SOFTNESS, SCALE } = constants.strokes;

/** Mean width of the strokes, in pixels: twice the area over the length of the outline. @param {Plane} ink @returns {number} */
export function strokeWidth(ink) {
  const { data, width, height } = copyMakeBorder(ink, 1);
  let outline = 0;
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0, i = y * width; x < width - 1; x++, i++) {
      const [right, below] = [data[i + 1] - data[i], data[i + width] - data[i]];
      if (right !== 0 || below !== 0) outline += Math.sqrt(right * right + below * below);
    }
  }
  return outline ? (2 * sum(ink)) / outline : 0;
}

/**
 * The ink of a box, with hard edges smoothed and hairlines widened where needed; otherwise just cropped.
 * @param {Plane} ink @param {Box} box @returns {Plane} of any size, fit for `normalizeInk`
 */
export const prepareStrokes = (ink, box) => widenHairlines(softenEdges(crop(ink, box)));

/** Smooths the steps of a coarse digit in whole pixels. @param {Plane} ink cropped @returns {Plane} itself where it is large or soft already */
export function softenEdges(ink) {
  const side = Math.max(ink.width, ink.height);
  if (side > COARSE * BOX_SIZE) return ink;
  let [full, present] = [0, 0];
  for (const value of ink.data) {
    if (value >= Math.fround(0.9)) full++;
    if (value > Math.fround(0.1)) present++;
  }
  if (present - full > HARD * full) return ink;
  const sigma = (SOFTNESS * side) / BOX_SIZE;
  return gaussianBlur(copyMakeBorder(ink, 1 + round(2.5 * sigma)), sigma);
}

/** Widens strokes that are too thin for a 20x20 box. @param {Plane} ink cropped @returns {Plane} itself where its strokes are wide enough */
export function widenHairlines(ink) {
  const relative = BOX_SIZE / Math.max(ink.width, ink.height);
  const present = strokeWidth(ink) * relative;
  if (present >= THINNEST) return ink;
  const scale = SCALE * relative;
  // Linear keeps a hairline's peak where averaging would fade it, so a large crop is thickened before it shrinks.
  const missing = (WANTED - present) * SCALE;
  if (scale < 1) return grow(ink, missing / scale);
  const enlarged = resizeLinear(ink, Math.max(1, round(ink.width * scale)), Math.max(1, round(ink.height * scale)));
  return grow(enlarged, missing);
}

/** Widens strokes by `growth` pixels, half of it on each side. @param {Plane} ink @param {number} growth @returns {Plane} */
function grow(ink, growth) {
  const diameter = Math.max(1, round(growth)) + 1;
  return dilateEllipse(copyMakeBorder(ink, diameter), diameter);
}
