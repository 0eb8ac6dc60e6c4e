// A drawing to its ink: how much each pixel differs from the paper, from 0 (paper) to 1 (the pen's full colour). As
// digit/imaging/ink.py, without what only photographs need: grain, uneven light, a sheet on a desk. A drawing has none.

import { paperColour } from "./background.js";
import constants from "./constants.js";
import { clutterLevel, colourContrast, inkLevel, MIN_CONTRAST } from "./contrast.js";
import { isWriting, keepDigit } from "./marks.js";
import { plane } from "./opencv.js";
import { findSurround, leavesMarks, removeRules } from "./surround.js";

/** @typedef {import("./background.js").Picture} Picture */
/** @typedef {import("./opencv.js").Plane} Plane */

const { FAINT } = constants.ink;

/**
 * The ink of the digit on a picture.
 * @param {Picture} picture opaque
 * @returns {{ ink: Plane, several: boolean }} 0 to 1, the digit alone, soft at its edges, all zero when nothing is
 *   written; whether more than one digit is
 */
export function extractInk(picture) {
  let contrast = colourContrast(picture, paperColour(picture));
  const nothing = { ink: plane(picture.width, picture.height), several: false };
  const surround = findSurround(contrast, MIN_CONTRAST);
  if (surround && leavesMarks(contrast, MIN_CONTRAST, surround)) {
    for (let i = 0; i < surround.data.length; i++) if (surround.data[i]) contrast.data[i] = 0;
  }
  const level = inkLevel(contrast, MIN_CONTRAST);
  if (level === null) return nothing;
  contrast = removeRules(contrast, 0.35 * level);
  const clutter = clutterLevel(contrast, level);
  if (level < FAINT && clutter > 0.5 * level) return nothing;
  const low = Math.min(clutter, 0.5 * level);
  const ink = plane(picture.width, picture.height);
  for (let i = 0; i < ink.data.length; i++) {
    const value = contrast.data[i];
    if (value > low) ink.data[i] = Math.min((value - low) / (level - low), 1);
  }
  const writing = keepDigit(ink, 0.1);
  return isWriting(writing.ink) ? writing : nothing;
}
