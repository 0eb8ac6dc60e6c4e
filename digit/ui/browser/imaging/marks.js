// Which marks on the paper are the digit: specks, frames and captions are not. As digit/imaging/marks.py.

import constants from "./constants.js";
import { above, boundingRect, connectedComponents, crop, dilate, erode, paste, plane, round } from "./opencv.js";
import { LEFT_OVER } from "./surround.js";

/** @typedef {import("./opencv.js").Plane} Plane */
/** @typedef {import("./opencv.js").Box & { label: number, ink: number }} Mark a connected mark: its box and its ink */

const { SPECK, SMALLEST, NEAR, GROWTH, SIZEABLE, BESIDE, TALL, ROUND, MIDDLE, COVERED, SMALL } = constants.marks;

/** How many pixels a mark must have at least to be writing. @param {Plane} picture of this size @returns {number} */
export const smallestMark = (picture) => Math.max(2, SMALLEST * picture.data.length);

/** Whether marks hang together as strokes do: grain alone leaves specks. @param {Plane} ink @returns {boolean} */
export function isWriting(ink) {
  const strong = above(ink, 0.3);
  const box = boundingRect(strong);
  if (!box) return false;
  const marks = crop(strong, box);
  // A filled square of that many pixels settles it, and is quicker to find than marks are to label.
  const side = Math.ceil(Math.sqrt(smallestMark(ink)));
  if (box.width >= side && box.height >= side) {
    const squares = erode(marks, side, side);
    const half = side >> 1;
    for (let y = half; y <= box.height - side + half; y++) {
      for (let x = half; x <= box.width - side + half; x++) if (squares.data[y * box.width + x]) return true;
    }
  }
  return Math.max(...connectedComponents(marks).components.map((part) => part.area)) >= smallestMark(ink);
}

/**
 * Keeps the marks that make up the digit: the one with the most ink near the middle, and the parts around it.
 * @param {Plane} ink @param {number} [faintest] ink from which a pixel belongs to a mark
 * @returns {{ ink: Plane, several: boolean }} `ink`, zero outside of the digit, and whether there are several digits
 */
export function keepDigit(ink, faintest = 0.1) {
  // Strokes that are broken: gaps of a hundredth of the picture do not part them.
  const bridge = 1 + 2 * round(0.008 * Math.max(ink.width, ink.height));
  const kept = plane(ink.width, ink.height);
  const box = boundingRect(above(ink, faintest));
  if (!box) return { ink: kept, several: false };
  // Nothing happens further from the ink than this, so only this part is looked at.
  const [left, top] = [Math.max(0, box.x - bridge), Math.max(0, box.y - bridge)];
  const [right, bottom] = [
    Math.min(ink.width, box.x + box.width + bridge),
    Math.min(ink.height, box.y + box.height + bridge),
  ];
  const part = crop(ink, { x: left, y: top, width: right - left, height: bottom - top });
  let joined = above(part, faintest);
  if (bridge > 1) joined = dilate(joined, bridge, bridge);
  const { labels, components } = connectedComponents(joined);
  let several = false;
  if (components.length > 1) {
    const sums = new Float64Array(components.length + 1);
    for (let i = 0; i < labels.length; i++) sums[labels[i]] += part.data[i];
    const all = components.map((c, i) => ({ ...c, x: c.x + left, y: c.y + top, label: i + 1, ink: sums[i + 1] }));
    /** @type {Labels} */
    const map = { labels, left, top, width: part.width };
    const marks = withoutFrames(all, map, ink);
    const digit = new Set(partsOfDigit(marks, ink));
    const own = new Set(Array.from(digit, (mark) => mark.label));
    joined = { ...joined, data: joined.data.map((_, i) => (own.has(labels[i]) ? 1 : 0)) };
    const others = marks.filter((mark) => !digit.has(mark));
    several = areSeveral([...digit], others);
  }
  const keep = dilate(joined, 3, 3);
  for (let i = 0; i < keep.data.length; i++) if (!keep.data[i]) part.data[i] = 0;
  paste(part, kept, left, top);
  return { ink: kept, several };
}

/** Whether a digit is small on its picture.
 * @param {{ width: number, height: number }} box @param {{ width: number, height: number }} picture @returns {boolean} */
export const isSmall = (box, picture) =>
  Math.max(box.width, box.height) < SMALL * Math.max(picture.width, picture.height);

/** Whether a digit image is a round spot of ink: the classifier takes one for a small 0.
 * @param {Plane} digitImage @returns {boolean} */
export function isDot(digitImage) {
  const inked = above(digitImage, 0.5);
  const box = boundingRect(inked);
  if (!box || Math.min(box.width, box.height) < ROUND * Math.max(box.width, box.height)) return false;
  const spot = crop(inked, box);
  let [all, covered] = [0, 0];
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      if (((x + 0.5) / box.width - 0.5) ** 2 + ((y + 0.5) / box.height - 0.5) ** 2 > MIDDLE) continue;
      all++;
      covered += spot.data[y * box.width + x];
    }
  }
  return covered >= COVERED * all;
}

/** @param {Mark[]} marks @returns {[number, number, number, number]} left, top, right and bottom of all */
const bounds = (marks) => [
  Math.min(...marks.map((m) => m.x)),
  Math.min(...marks.map((m) => m.y)),
  Math.max(...marks.map((m) => m.x + m.width)),
  Math.max(...marks.map((m) => m.y + m.height)),
];
const inkOf = (/** @type {Mark[]} */ marks) => marks.reduce((total, mark) => total + mark.ink, 0);

/** Whether another mark stands beside the digit like a digit, or its own parts stand side by side like digits.
 * @param {Mark[]} digit @param {Mark[]} others @returns {boolean} */
function areSeveral(digit, others) {
  const [left, top, right, bottom] = bounds(digit);
  const [height, least] = [bottom - top, SIZEABLE * inkOf(digit)];
  for (const mark of others) {
    const level = Math.min(bottom, mark.y + mark.height) - Math.max(top, mark.y);
    const apart = mark.x >= right || mark.x + mark.width <= left;
    if (apart && mark.ink >= least && Math.min(mark.height, 2 * level) >= BESIDE * height) return true;
  }
  /** @type {Mark[][]} */ const columns = []; // marks one above the other
  let end = left;
  for (const mark of digit.sort((a, b) => a.x - b.x)) {
    if (columns.length === 0 || mark.x >= end) columns.push([]);
    columns[columns.length - 1].push(mark);
    end = Math.max(end, mark.x + mark.width);
  }
  const isDigit = (/** @type {Mark[]} */ column) => {
    const [, high, , low] = bounds(column);
    return low - high >= TALL * height && inkOf(column) >= least;
  };
  return columns.filter(isDigit).length > 1;
}

/** @typedef {{ labels: Int32Array, left: number, top: number, width: number }} Labels of a part of the picture */

/** Marks that are no frame and no edge of the picture, or all where nothing else could be the digit.
 * @param {Mark[]} marks @param {Labels} map @param {Plane} ink @returns {Mark[]} */
function withoutFrames(marks, map, ink) {
  const least = 0.1 * Math.max(LEFT_OVER * ink.data.length, 4);
  const kept = marks.filter((mark) => !isFrame(mark, map, ink));
  return kept.reduce((total, mark) => total + mark.ink, 0) >= least ? kept : marks;
}

/** Whether a mark is hollow and hugs its own box, or is a bar from side to side at the picture's border.
 * @param {Mark} mark @param {Labels} map @param {{ width: number, height: number }} picture @returns {boolean} */
function isFrame(mark, map, { width, height }) {
  const [wide, high] = [mark.width >= 0.9 * width, mark.height >= 0.9 * height];
  const edge = 0.06;
  const [low, left] = [mark.y + mark.height > (1 - edge) * height, mark.x < edge * width];
  const [top, right] = [mark.y < edge * height, mark.x + mark.width > (1 - edge) * width];
  if (wide && mark.height < 0.15 * height && (top || low)) return true;
  if (high && mark.width < 0.15 * width && (left || right)) return true;
  if (mark.width < 0.4 * width || mark.height < 0.4 * height || Math.min(mark.width, mark.height) < 24) return false;
  const [marginX, marginY] = [Math.max(2, round(0.06 * mark.width)), Math.max(2, round(0.06 * mark.height))];
  let [all, inner] = [0, 0];
  const corners = new Set();
  for (let y = 0; y < mark.height; y++) {
    for (let x = 0; x < mark.width; x++) {
      if (map.labels[(mark.y - map.top + y) * map.width + mark.x - map.left + x] !== mark.label) continue;
      all++;
      const [atLeft, atRight] = [x < marginX, x >= mark.width - marginX];
      const [atTop, atBottom] = [y < marginY, y >= mark.height - marginY];
      if (!(atLeft || atRight || atTop || atBottom)) inner++;
      if ((atLeft || atRight) && (atTop || atBottom)) corners.add(`${atLeft} ${atTop}`);
    }
  }
  return 1 - inner / all > 0.9 && corners.size >= 3;
}

/** The main mark and all that are near enough and large enough to belong to it.
 * @param {Mark[]} marks @param {{ width: number, height: number }} picture @returns {Mark[]} */
function partsOfDigit(marks, { width, height }) {
  /** @param {Mark} mark @returns {number} */
  const weight = (mark) => {
    const offX = Math.abs(mark.x + mark.width / 2 - width / 2) / width;
    const offY = Math.abs(mark.y + mark.height / 2 - height / 2) / height;
    return mark.ink * (1 - offX) * (1 - offY);
  };
  const main = marks.reduce((best, mark) => (weight(mark) > weight(best) ? mark : best));
  const parts = [main];
  let [left, top, right, bottom] = [main.x, main.y, main.x + main.width, main.y + main.height];
  const others = marks
    .filter((mark) => mark !== main && mark.ink >= SPECK * main.ink)
    .sort((a, b) => weight(b) - weight(a));
  for (;;) {
    const reach = NEAR * Math.max(right - left, bottom - top);
    const found = others.findIndex((mark) => {
      const gapX = Math.max(mark.x - right, left - mark.x - mark.width, 0);
      const gapY = Math.max(mark.y - bottom, top - mark.y - mark.height, 0);
      const wider = Math.max(right, mark.x + mark.width) - Math.min(left, mark.x);
      const higher = Math.max(bottom, mark.y + mark.height) - Math.min(top, mark.y);
      const grows =
        wider > Math.max(right - left, GROWTH * Math.max(main.width, 0.6 * main.height)) ||
        higher > Math.max(bottom - top, GROWTH * Math.max(main.height, 0.6 * main.width));
      return !(mark.ink < 0.25 * main.ink && grows) && Math.max(gapX, gapY) <= reach;
    });
    if (found < 0) return parts;
    const [mark] = others.splice(found, 1);
    parts.push(mark);
    [left, top] = [Math.min(left, mark.x), Math.min(top, mark.y)];
    [right, bottom] = [Math.max(right, mark.x + mark.width), Math.max(bottom, mark.y + mark.height)];
  }
}
