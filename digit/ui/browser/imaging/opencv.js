// The OpenCV functions that reading a drawing needs, with exactly its results: borders, rounding, kernels and anchors.

/** @typedef {{ data: Float32Array, width: number, height: number }} Plane one number for each pixel */
/** @typedef {{ data: Uint8Array, width: number, height: number }} Mask 0 or 1 for each pixel */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box in whole pixels */
/** @typedef {Box & { area: number }} Component a connected part of a mask */

/** A plane of zeros. @param {number} width @param {number} height @returns {Plane} */
export const plane = (width, height) => ({ data: new Float32Array(width * height), width, height });

/** A mask of zeros. @param {number} width @param {number} height @returns {Mask} */
export const mask = (width, height) => ({ data: new Uint8Array(width * height), width, height });

/** To whole numbers as Python and OpenCV do: halves go to the even side. @param {number} x @returns {number} */
export function round(x) {
  const nearest = Math.round(x);
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/** Where numbers are above a limit. @param {Plane} image @param {number} limit @returns {Mask} */
export function above(image, limit) {
  const found = mask(image.width, image.height);
  for (let i = 0; i < found.data.length; i++) found.data[i] = image.data[i] > limit ? 1 : 0;
  return found;
}

/** @param {Mask | Plane} image @returns {number} how many pixels are not zero */
export function countNonZero(image) {
  let count = 0;
  for (let i = 0; i < image.data.length; i++) if (image.data[i] !== 0) count++;
  return count;
}

/** @param {Plane} image @returns {number} */
export function sum(image) {
  let total = 0;
  for (let i = 0; i < image.data.length; i++) total += image.data[i];
  return total;
}

/** @param {Plane} image @returns {number} the largest number, and 0 of nothing */
export function max(image) {
  let largest = 0;
  for (let i = 0; i < image.data.length; i++) if (image.data[i] > largest) largest = image.data[i];
  return largest;
}

/** The smallest box around all that is not zero. @param {Mask} image @returns {Box | null} null where there is nothing */
export function boundingRect({ data, width }) {
  let [first, last] = [0, data.length - 1];
  while (first < data.length && data[first] === 0) first++;
  if (first === data.length) return null;
  while (data[last] === 0) last--;
  const [top, bottom] = [Math.floor(first / width), Math.floor(last / width)];
  let [left, right] = [width, -1];
  for (let y = top; y <= bottom; y++) {
    // Only what is outside of the box so far can make it wider.
    for (let x = 0, i = y * width; x < left; x++, i++) if (data[i] !== 0) left = x;
    for (let x = width - 1, i = y * width + x; x > right; x--, i--) if (data[i] !== 0) right = x;
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** @template {Plane | Mask} T @param {T} image @param {Box} box @returns {T} the part of an image inside a box */
export function crop(image, { x, y, width, height }) {
  const data = image.data instanceof Uint8Array ? new Uint8Array(width * height) : new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * image.width + x;
    data.set(image.data.subarray(start, start + width), row * width);
  }
  return /** @type {T} */ ({ data, width, height });
}

/** Puts an image into a larger one. @template {Plane | Mask} T @param {T} part @param {T} whole @param {number} left @param {number} top */
export function paste(part, whole, left, top) {
  for (let y = 0; y < part.height; y++) {
    whole.data.set(part.data.subarray(y * part.width, (y + 1) * part.width), (top + y) * whole.width + left);
  }
}

/** The numbers above a limit. @param {Float32Array} values @param {number} limit @returns {Float32Array} */
export function valuesAbove(values, limit) {
  const found = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > limit) found[count++] = values[i];
  return found.subarray(0, count);
}

/** An image with a border. @template {Plane | Mask} T @param {T} image @param {number} border its width
 * @param {boolean} [replicate] the border repeats the outermost pixels; it is zero otherwise @returns {T} */
export function copyMakeBorder(image, border, replicate = false) {
  const [width, height] = [image.width + 2 * border, image.height + 2 * border];
  const data = image.data instanceof Uint8Array ? new Uint8Array(width * height) : new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y - border;
    if (!replicate && (row < 0 || row >= image.height)) continue;
    const start = Math.min(Math.max(row, 0), image.height - 1) * image.width;
    data.set(image.data.subarray(start, start + image.width), y * width + border);
    if (!replicate) continue;
    data.fill(image.data[start], y * width, y * width + border);
    data.fill(image.data[start + image.width - 1], (y + 1) * width - border, (y + 1) * width);
  }
  return /** @type {T} */ ({ data, width, height });
}

/**
 * Each pixel becomes 1 where any, or all, of the pixels of a rectangle around it are; pixels outside do not count. Lines
 * of pixels are counted while the rectangle moves on, so that its size costs nothing.
 * @param {Mask} image @param {number} across @param {number} down @param {boolean} all @returns {Mask}
 */
function morph({ data, width, height }, across, down, all) {
  const rows = across === 1 ? data : new Uint8Array(data.length);
  const left = across >> 1; // OpenCV's anchor: of an even rectangle, one pixel more lies before it
  const right = across - 1 - left;
  const wanted = Int32Array.from({ length: width }, (_, x) =>
    all ? Math.min(x + right, width - 1) - Math.max(x - left, 0) + 1 : 1,
  );
  for (let y = 0; across > 1 && y < height; y++) {
    const start = y * width;
    let count = 0;
    for (let x = 0; x < Math.min(right, width); x++) count += data[start + x];
    for (let x = 0; x < width; x++) {
      if (x + right < width) count += data[start + x + right];
      if (x > left) count -= data[start + x - left - 1];
      if (count >= wanted[x]) rows[start + x] = 1;
    }
  }
  if (down === 1) return { data: rows, width, height };
  const both = new Uint8Array(data.length);
  const above = down >> 1;
  const below = down - 1 - above;
  const counts = new Int32Array(width);
  for (let y = -below; y < height; y++) {
    const [enters, leaves] = [y + below, y - above - 1];
    if (enters < height) for (let x = 0, i = enters * width; x < width; x++, i++) counts[x] += rows[i];
    if (leaves >= 0) for (let x = 0, i = leaves * width; x < width; x++, i++) counts[x] -= rows[i];
    if (y < 0) continue;
    const least = all ? Math.min(y + below, height - 1) - Math.max(y - above, 0) + 1 : 1;
    for (let x = 0, i = y * width; x < width; x++, i++) if (counts[x] >= least) both[i] = 1;
  }
  return { data: both, width, height };
}

/** As `morph`, where the marks are: nothing happens further from them than this, and most of a drawing is paper.
 * @param {Mask} image @param {number} width @param {number} height @param {boolean} all @returns {Mask} */
function morphMarks(image, width, height, all) {
  const box = boundingRect(image);
  const changed = mask(image.width, image.height);
  if (!box) return changed;
  const [left, top] = [Math.max(0, box.x - width), Math.max(0, box.y - height)];
  const [right, bottom] = [
    Math.min(image.width, box.x + box.width + width),
    Math.min(image.height, box.y + box.height + height),
  ];
  const part = crop(image, { x: left, y: top, width: right - left, height: bottom - top });
  paste(morph(part, width, height, all), changed, left, top);
  return changed;
}

/** A mask grown by a rectangle. @param {Mask} image @param {number} width @param {number} height @returns {Mask} */
export const dilate = (image, width, height) => morphMarks(image, width, height, false);

/** A mask shrunk by a rectangle. @param {Mask} image @param {number} width @param {number} height @returns {Mask} */
export const erode = (image, width, height) => morphMarks(image, width, height, true);

/**
 * The largest number under an ellipse around each pixel; pixels outside do not count.
 * @template {Plane | Mask} T @param {T} image @param {number} diameter @returns {T}
 */
export function dilateEllipse(image, diameter) {
  const { width, height } = image;
  const radius = diameter >> 1;
  const last = diameter - 1 - radius; // of an even ellipse, how far it reaches to the right and below
  /** @type {number[][]} rows of the kernel by their half width */
  const rows = Array.from({ length: radius + 1 }, () => []);
  for (let dy = -radius; dy <= last; dy++) {
    rows[radius ? round(radius * Math.sqrt((radius * radius - dy * dy) / (radius * radius))) : 0].push(dy);
  }
  const from = image.data;
  const wide = from.slice(); // the largest number in each kernel row, wider from turn to turn
  const result = from.slice();
  for (let half = 0; half <= radius; half++) {
    // What lies `half` away on either side joins in; the side that an even ellipse does not reach does not.
    for (let y = 0; half > 0 && y < height; y++) {
      const end = (y + 1) * width;
      for (let i = y * width + half; i < end; i++) if (from[i - half] > wide[i]) wide[i] = from[i - half];
      if (half > last) continue;
      for (let i = y * width; i < end - half; i++) if (from[i + half] > wide[i]) wide[i] = from[i + half];
    }
    for (const dy of rows[half]) {
      const [top, bottom] = [Math.max(0, -dy), Math.min(height, height - dy)];
      for (let i = top * width, j = (top + dy) * width; i < bottom * width; i++, j++)
        if (wide[j] > result[i]) result[i] = wide[j];
    }
  }
  return /** @type {T} */ ({ data: result, width, height });
}

/** Each pixel of a 0/1 mask turned. @param {Mask} image @returns {Mask} */
export function not({ data, width, height }) {
  const turned = mask(width, height);
  for (let i = 0; i < data.length; i++) turned.data[i] = 1 - data[i];
  return turned;
}

/** The pixels that are in both. @param {Mask} one @param {Mask} other @returns {Mask} */
export function and(one, other) {
  const both = mask(one.width, one.height);
  for (let i = 0; i < both.data.length; i++) both.data[i] = one.data[i] & other.data[i];
  return both;
}

/** Rows and columns changed over. @param {Mask} image @returns {Mask} */
export function transpose({ data, width, height }) {
  const turned = mask(height, width);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) turned.data[x * height + y] = data[i];
  return turned;
}

/**
 * The parts of a mask whose pixels touch, corners included: runs of pixels are joined with those of the row above.
 * @param {Mask} image
 * @returns {{ labels: Int32Array, components: Component[] }} 0 outside; label n is `components[n - 1]`
 */
export function connectedComponents({ data, width, height }) {
  /** @type {number[]} */
  const parents = [];
  /** @param {number} run @returns {number} the first run of those that are joined with it */
  const first = (run) => {
    while (parents[run] !== run) run = parents[run] = parents[parents[run]];
    return run;
  };
  /** @type {number[]} */ const starts = [];
  /** @type {number[]} */ const ends = []; // pixel indices, one behind the last
  let [previous, previousEnd] = [0, 0]; // runs of the row above
  for (let y = 0; y < height; y++) {
    const begin = parents.length;
    const [row, stop] = [y * width, (y + 1) * width];
    for (let i = row; i < stop; i++) {
      if (data[i] === 0) continue;
      const start = i;
      while (i < stop && data[i] !== 0) i++;
      const run = parents.push(parents.length) - 1;
      starts.push(start);
      ends.push(i);
      while (previous < previousEnd && ends[previous] + width < start) previous++;
      for (let other = previous; other < previousEnd && starts[other] + width <= i; other++) {
        const [one, two] = [first(run), first(other)];
        parents[Math.max(one, two)] = Math.min(one, two);
      }
    }
    [previous, previousEnd] = [begin, parents.length];
  }
  const labels = new Int32Array(data.length);
  /** @type {number[]} */ const label = [];
  const components = [];
  for (let run = 0; run < parents.length; run++) {
    const root = first(run);
    const y = Math.floor(starts[run] / width);
    const [left, right] = [starts[run] - y * width, ends[run] - y * width];
    label[run] = root === run ? components.push({ x: left, y, width: 0, height: 0, area: 0, right }) : label[root];
    const part = components[label[run] - 1];
    part.x = Math.min(part.x, left);
    part.right = Math.max(part.right, right);
    part.height = y + 1 - part.y;
    part.area += right - left;
    labels.fill(label[run], starts[run], ends[run]);
  }
  for (const part of components) part.width = part.right - part.x;
  return { labels, components };
}

/**
 * The level, 0 to 255, that parts numbers into the two classes that differ most (Otsu 1979): it is the lower one's last.
 * @param {Float32Array} values @returns {number}
 */
export function otsu(values) {
  const share = new Float64Array(256);
  for (let i = 0; i < values.length; i++) share[Math.min(Math.trunc(values[i]), 255)] += 1 / values.length;
  const mean = share.reduce((total, p, level) => total + level * p, 0);
  const tiny = 2 ** -23;
  let [lower, weight, best, split] = [0, 0, 0, 0];
  for (let level = 0; level < 256; level++) {
    lower *= weight;
    weight += share[level];
    if (Math.min(weight, 1 - weight) < tiny) continue;
    lower = (lower + level * share[level]) / weight;
    const upper = (mean - weight * lower) / (1 - weight);
    const between = weight * (1 - weight) * (lower - upper) ** 2;
    if (between > best) [best, split] = [between, level];
  }
  return split;
}

/** A quantile, linear between two numbers. @param {Float32Array} values @param {number} q 0 to 1 @returns {number} */
export function quantile(values, q) {
  const sorted = values.slice().sort();
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}
