// Occlusion: how much each part of a digit image contributes to an answer. As digit/evaluation/occlusion.py.

import { DIGIT_SIZE } from "../imaging/normalization.js";
import { gaussianBlur } from "../imaging/resampling.js";

const AT_ONCE = 8; // milliseconds of work, then the page has a turn

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
