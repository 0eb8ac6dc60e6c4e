// What is on a picture beside the writing: solid regions along its border, rules from side to side. As
// digit/imaging/surround.py, which says more; a sheet on a desk is not looked for, since no drawing has one.

import constants from "./constants.js";
import {
  above,
  and,
  boundingRect,
  connectedComponents,
  copyMakeBorder,
  countNonZero,
  crop,
  dilate,
  dilateEllipse,
  erode,
  mask,
  not,
  quantile,
  round,
  transpose,
} from "./opencv.js";
import { resizeArea, resizeNearest } from "./resampling.js";

/** @typedef {import("./opencv.js").Plane} Plane */
/** @typedef {import("./opencv.js").Mask} Mask */

export const { LEFT_OVER } = constants.surround;
const { SOLID, ALONG_BORDER, COARSE, SPAN } = constants.surround;

/** The four sides of a map, each as a list. @template T @param {ArrayLike<T>} data @param {number} width @param {number} height
 * @returns {T[][]} */
function sides(data, width, height) {
  const row = (/** @type {number} */ y) => Array.from({ length: width }, (_, x) => data[y * width + x]);
  const column = (/** @type {number} */ x) => Array.from({ length: height }, (_, y) => data[y * width + x]);
  return [row(0), row(height - 1), column(0), column(width - 1)];
}

/** @param {Mask} marks @returns {number} the share of a side along which there are marks, of the side with most */
function longestSide({ data, width, height }) {
  return Math.max(...sides(data, width, height).map((side) => side.reduce((a, b) => a + b, 0) / side.length));
}

/** @param {Mask} marks @returns {Mask} at most `COARSE` pixels on the longer side, by majority */
function coarse(marks) {
  const scale = COARSE / Math.max(marks.width, marks.height);
  if (scale >= 1) return marks;
  const full = { ...marks, data: new Float32Array(marks.data) };
  return above(
    resizeArea(full, Math.max(1, round(marks.width * scale)), Math.max(1, round(marks.height * scale))),
    0.5,
  );
}

/**
 * What the paper lies on or is framed by.
 * @param {Plane} contrast @param {number} threshold contrast from which a pixel is a mark
 * @returns {Mask | null} 1 in the surround; null when there is none
 */
export function findSurround(contrast, threshold) {
  const full = above(contrast, threshold);
  const { width, height } = full;
  const rim = Math.floor(Math.max(width, height) / COARSE) + 2;
  const box = boundingRect(full);
  if (
    !box ||
    (box.x >= rim && box.y >= rim && box.x + box.width <= width - rim && box.y + box.height <= height - rim)
  ) {
    return null; // nothing could reach the border of the coarse copy
  }
  const marks = coarse(full);
  const diameter = round(SOLID * Math.min(marks.width, marks.height));
  if (diameter < 3 || longestSide(marks) < 0.5 * ALONG_BORDER) return null;
  // Outside of the picture everything goes on, so that bars thinner than the kernel are found at the border.
  const pad = 2 * diameter;
  const small = Math.floor(diameter / 3) | 1;
  const closed = erode(dilate(copyMakeBorder(marks, pad, true), small, small), small, small);
  // Where not even a square inside of the ellipse fits, the ellipse does not: strokes are rarely so thick.
  const square = Math.floor(diameter / Math.SQRT2);
  if (longestSide(dilate(marks, small, small)) < ALONG_BORDER || !boundingRect(erode(closed, square, square)))
    return null;
  const opened = dilateEllipse(not(dilateEllipse(not(closed), diameter)), diameter);
  const solid = crop(opened, { x: pad, y: pad, width: marks.width, height: marks.height });
  const { labels } = connectedComponents(solid);
  const along = new Set();
  for (const side of sides(labels, marks.width, marks.height)) {
    for (const label of new Set(side)) {
      if (label > 0 && side.filter((other) => other === label).length >= ALONG_BORDER * side.length) along.add(label);
    }
  }
  if (along.size === 0) return null;
  const region = mask(marks.width, marks.height);
  for (let i = 0; i < labels.length; i++) region.data[i] = along.has(labels[i]) ? 1 : 0;
  const grown = dilate(and(dilate(region, 5, 5), dilate(marks, 3, 3)), 3, 3);
  const surround = { ...region, data: region.data.map((bit, i) => bit | grown.data[i]) };
  return resizeNearest(surround, width, height);
}

/** Whether enough marks for a digit are left outside of a mask. @param {Plane} contrast @param {number} threshold
 * @param {Mask} without @returns {boolean} */
export function leavesMarks(contrast, threshold, without) {
  const left = and(above(contrast, threshold), not(dilate(without, 7, 7)));
  return countNonZero(left) >= LEFT_OVER * contrast.data.length;
}

/**
 * Takes out the lines of ruled and squared paper: long, thin, straight, from border to border, and several. Strokes that
 * cross a line are kept where they run on across it.
 * @param {Plane} contrast @param {number} threshold contrast from which a pixel is a mark
 * @returns {Plane} `contrast`, zero on the lines
 */
export function removeRules(contrast, threshold) {
  const { width, height } = contrast;
  if (Math.min(width, height) < 64) return contrast;
  const marks = above(contrast, threshold);
  const box = boundingRect(marks);
  const rules = box && box.width >= SPAN * width ? horizontalRules(marks) : null;
  const upright = box && box.height >= SPAN * height ? horizontalRules(transpose(marks)) : null;
  if (!rules && !upright) return contrast;
  const down = upright && transpose(upright);
  return { ...contrast, data: contrast.data.map((value, i) => (rules?.data[i] || down?.data[i] ? 0 : value)) };
}

/** @param {Mask} image @param {number} width @param {number} height @returns {Mask} where a rectangle fits */
const open = (image, width, height) => dilate(erode(image, width, height), width, height);

/** The pixels of horizontal rules without the strokes that cross them; null when there are fewer than two rules.
 * @param {Mask} marks @returns {Mask | null} */
function horizontalRules(marks) {
  const { width, height } = marks;
  const thickest = Math.max(3, round(0.02 * height));
  // Runs of a sixth of the width in a band of a few pixels: a rule may be tilted and wavy by as much.
  const run = and(open(dilate(marks, 1, 3), Math.max(9, Math.floor(width / 6)), 1), marks);
  const gap = Math.max(9, Math.floor(width / 8)) | 1;
  const tooShort = (/** @type {Mask} */ lines) => (boundingRect(lines)?.width ?? 0) + gap < SPAN * width;
  if (tooShort(run)) return null; // as nearly always
  const thin = and(run, not(open(marks, 1, 2 * thickest)));
  if (tooShort(thin)) return null;
  const { labels, components } = connectedComponents(dilate(thin, gap, 3));
  const rules = components.flatMap((part, i) =>
    part.width >= SPAN * width && part.height <= 0.1 * height + 6 ? [i + 1] : [],
  );
  if (rules.length < 2) return null;
  // A stroke that runs along a rule for a while is thicker than the rule is elsewhere.
  const thickness = Math.min(
    ...rules.map((label) => {
      const inColumn = new Float32Array(width);
      for (let i = 0; i < labels.length; i++) if (labels[i] === label && thin.data[i]) inColumn[i % width]++;
      return quantile(inColumn, 0.5);
    }),
  );
  const across = open(marks, 1, 2 * Math.max(1, round(thickness)) + 2);
  const ruled = { ...thin, data: thin.data.map((bit, i) => (bit && rules.includes(labels[i]) ? 1 : 0)) };
  return and(dilate(ruled, 3, 3), not(across));
}
