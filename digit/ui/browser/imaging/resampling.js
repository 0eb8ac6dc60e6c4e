// Resizing and blurring of images with exactly the results of OpenCV.

import { mask, plane, round } from "./opencv.js";

/** @typedef {import("./opencv.js").Plane} Plane */
/** @typedef {import("./opencv.js").Mask} Mask */
/** @typedef {{ at: number[], by: number[] }[]} Weights for each new pixel: of which old ones it is made, and how much of each */

/** @param {Plane} image @param {Weights} across @param {Weights} down @returns {Plane} */
function resample(image, across, down) {
  const rows = plane(across.length, image.height);
  for (let x = 0; x < across.length; x++) {
    const { at, by } = across[x];
    for (let k = 0; k < at.length; k++) {
      const weight = by[k];
      for (let from = at[k], to = x; to < rows.data.length; from += image.width, to += across.length) {
        rows.data[to] += image.data[from] * weight;
      }
    }
  }
  const result = plane(across.length, down.length);
  for (let y = 0; y < down.length; y++) {
    const { at, by } = down[y];
    for (let k = 0; k < at.length; k++) {
      const weight = by[k];
      for (let x = 0, from = at[k] * across.length, to = y * across.length; x < across.length; x++, from++, to++) {
        result.data[to] += rows.data[from] * weight;
      }
    }
  }
  return result;
}

/** @param {number} from @param {number} to @returns {Weights} */
function areaWeights(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * scale, Math.min((i + 1) * scale, from)];
    /** @type {{ at: number[], by: number[] }} */
    const weights = { at: [], by: [] };
    for (let j = Math.floor(start); j < end; j++) {
      const share = Math.min(j + 1, end) - Math.max(j, start);
      if (share < 1e-3) continue;
      weights.at.push(j);
      weights.by.push(share / (end - start));
    }
    return weights;
  });
}

/** @param {number} from @param {number} to @param {(t: number) => number[]} kernel weights of the pixels around a place
 * that lies `t` behind the second of two, or the second of four @returns {Weights} */
function kernelWeights(from, to, kernel) {
  return Array.from({ length: to }, (_, i) => {
    const place = (i + 0.5) * (from / to) - 0.5;
    const base = Math.floor(place);
    const by = kernel(place - base);
    const first = base + 1 - by.length / 2;
    return { at: by.map((_, k) => Math.min(Math.max(first + k, 0), from - 1)), by };
  });
}

/** Scaled down by averaging over areas. @param {Plane} image @param {number} width @param {number} height @returns {Plane} */
export const resizeArea = (image, width, height) =>
  resample(image, areaWeights(image.width, width), areaWeights(image.height, height));

/** @param {number} t @returns {number[]} */
const linear = (t) => [1 - t, t];

/** Keys' cubic with OpenCV's sharpness. @param {number} t @returns {number[]} */
const cubic = (t) => {
  const a = -0.75;
  const [far, near, next] = [
    ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a,
    ((a + 2) * t - (a + 3)) * t * t + 1,
    ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
  ];
  return [far, near, next, 1 - far - near - next];
};

/** Scaled, linear between pixels. @param {Plane} image @param {number} width @param {number} height @returns {Plane} */
export const resizeLinear = (image, width, height) =>
  resample(image, kernelWeights(image.width, width, linear), kernelWeights(image.height, height, linear));

/** Scaled, cubic between pixels. @param {Plane} image @param {number} width @param {number} height @returns {Plane} */
export const resizeCubic = (image, width, height) =>
  resample(image, kernelWeights(image.width, width, cubic), kernelWeights(image.height, height, cubic));

/** Each pixel takes the nearest old one. @param {Mask} image @param {number} width @param {number} height @returns {Mask} */
export function resizeNearest(image, width, height) {
  const result = mask(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.min(Math.floor(y * (image.height / height)), image.height - 1) * image.width;
    for (let x = 0; x < width; x++, i++)
      result.data[i] = image.data[row + Math.min(Math.floor(x * (image.width / width)), image.width - 1)];
  }
  return result;
}

/** Blurred by a bell curve; the picture is mirrored at its outermost pixels. @param {Plane} image @param {number} sigma @returns {Plane} */
export function gaussianBlur(image, sigma) {
  const size = round(sigma * 8 + 1) | 1;
  const half = size >> 1;
  const bell = Array.from({ length: size }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const total = bell.reduce((a, b) => a + b);
  const by = bell.map((weight) => weight / total);
  /** @param {number} i @param {number} n @returns {number} */
  const mirrored = (i, n) => {
    if (n === 1) return 0;
    const turn = ((i % (2 * n - 2)) + 2 * n - 2) % (2 * n - 2);
    return turn < n ? turn : 2 * n - 2 - turn;
  };
  /** @param {number} n @returns {Weights} */
  const weights = (n) => Array.from({ length: n }, (_, i) => ({ at: by.map((_, k) => mirrored(i + k - half, n)), by }));
  return resample(image, weights(image.width), weights(image.height));
}
