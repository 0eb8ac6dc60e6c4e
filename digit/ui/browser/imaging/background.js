// What the paper would look like without the writing: here one colour, since a drawing's paper has no light on it.
// As digit/imaging/background.py.

import constants from "./constants.js";

/** @typedef {{ data: Uint8ClampedArray, width: number, height: number }} Picture red, green, blue and opacity */

const { BORDER_SHARE } = constants.background;

/**
 * The commonest colour of a picture, with an extra weight for its border.
 * @param {Picture} picture opaque
 * @returns {[number, number, number]} 0 to 255
 */
export function paperColour({ data, width, height }) {
  const step = Math.max(1, Math.floor(Math.max(width, height) / 90));
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const grey = new Uint8Array(columns * rows);
  const everywhere = new Float64Array(256);
  const atBorder = new Float64Array(256);
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      const p = 4 * (y * step * width + x * step);
      grey[i] = (data[p] * 9798 + data[p + 1] * 19235 + data[p + 2] * 3735 + 16384) >> 15; // OpenCV's whole numbers
      everywhere[grey[i]]++;
      if (x === 0 || y === 0 || x === columns - 1 || y === rows - 1) atBorder[grey[i]]++;
    }
  }
  const border = atBorder.reduce((a, b) => a + b);
  const histogram = everywhere.map(
    (count, level) => ((1 - BORDER_SHARE) * count) / grey.length + (BORDER_SHARE * atBorder[level]) / border,
  );
  let [peak, highest] = [0, -1];
  for (let level = 0; level < 256; level++) {
    let smooth = 0;
    for (let off = -10; off <= 10; off++) smooth += (histogram[level + off] ?? 0) * (1 - Math.abs(off) / 11);
    if (smooth > highest + 1e-12) [peak, highest] = [level, smooth];
  }
  const typical = [];
  for (let i = 0; i < grey.length; i++) if (Math.abs(grey[i] - peak) <= 10) typical.push(i);
  const every = Math.floor(typical.length / 2000) + 1;
  /** @type {number[][]} */
  const colours = [[], [], []];
  for (let k = 0; k < typical.length; k += every) {
    const i = typical[k];
    const p = 4 * (Math.floor(i / columns) * step * width + (i % columns) * step);
    for (let c = 0; c < 3; c++) colours[c].push(data[p + c]);
  }
  return /** @type {[number, number, number]} */ (colours.map(median));
}

/** @param {number[]} values @returns {number} */
function median(values) {
  values.sort((a, b) => a - b);
  return (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
}
