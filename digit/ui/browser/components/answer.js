// The answer as HTML, as digit/ui/components/answer makes it, from the template that the server sends with an empty page.

import { DIGIT_SIZE } from "../imaging/normalization.js";
import { fill, percent, sentence, top } from "../recognition/prediction.js";

/** @typedef {import("../recognition/prediction.js").Prediction} Prediction */
/** @typedef {import("../settings.js").Settings} Settings */

const inert = document.implementation.createHTMLDocument(""); // in it, pictures are not loaded
const canvas = Object.assign(document.createElement("canvas"), { width: DIGIT_SIZE, height: DIGIT_SIZE });
const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

/**
 * The answer in words, numbers and bars.
 * @param {Settings} settings @param {Prediction} prediction
 * @param {import("./why.js").Explanation | null} [explanation] is shown instead of the digit image alone
 * @returns {string}
 */
export function answerHtml({ waiting, words }, prediction, explanation = null) {
  const holder = inert.createElement("div");
  holder.innerHTML = waiting;
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (holder.querySelector(selector));
  const { verdict, confidence, reason } = prediction;
  const ranked = top(prediction, 10);
  const pair = ranked.slice(0, 2).sort((a, b) => a[0] - b[0]);
  part(".answer").dataset.verdict = verdict;
  part(".sentence").innerHTML = linked(sentence(prediction, words), words.elsewhere);
  if (verdict === "digit") {
    part(".glyph").textContent = String(prediction.digit);
    part(".confidence").textContent = fill(words.sure, { percent: percent(confidence) });
  } else if (verdict === "unsure") {
    part(".glyph").innerHTML = pair.map(([digit]) => `<span>${digit}</span>`).join("");
    part(".confidence").textContent = pair
      .map(([digit, p]) => fill(words.one, { digit, percent: percent(p) }))
      .join(words.or);
  } else if (verdict === "not_a_digit") {
    part(".glyph").textContent = "?";
    if (reason !== "several") part(".confidence").textContent = fill(words.nearest, { digit: ranked[0][0] });
  }
  const listed = reason === "several" ? [] : ranked;
  const list = part(".ranked");
  list.toggleAttribute("hidden", listed.length === 0);
  for (const [rank, [digit, p]] of listed.entries()) list.children[rank].textContent = `${digit}: ${percent(p)}`;
  for (const [rank, [digit, p]] of listed.entries()) {
    const row = part(`li[data-digit="${digit}"]`);
    row.setAttribute("style", `--rank: ${rank}; --share: ${p.toFixed(4)}`);
    /** @type {HTMLElement} */ (row.querySelector(".name")).textContent = String(digit);
    /** @type {HTMLElement} */ (row.querySelector(".value")).textContent = percent(p);
  }
  const caption = explanation?.caption ?? words.seen;
  const seen = part(".seen img");
  seen.setAttribute("src", pictureUrl(explanation?.pixels ?? inked(prediction.digitImage)));
  seen.setAttribute("alt", caption);
  part(".seen figcaption").textContent = caption;
  return holder.innerHTML;
}

/** A sentence as HTML, with a link to Number. @param {string} text @param {string} elsewhere @returns {string} */
const linked = (text, elsewhere) =>
  text.replace(elsewhere, (words) => `<a href="?tab=number" data-tab="number" data-carry>${words}</a>`);

/** Dark ink on white. @param {Float32Array} digitImage @returns {Uint8ClampedArray} red, green, blue and opacity */
function inked(digitImage) {
  const pixels = new Uint8ClampedArray(4 * digitImage.length).fill(255);
  for (let i = 0; i < digitImage.length; i++) pixels.fill(255 - Math.round(255 * digitImage[i]), 4 * i, 4 * i + 3);
  return pixels;
}

/** @param {Uint8ClampedArray} pixels @returns {string} a PNG data URL of 28x28 pixels */
function pictureUrl(pixels) {
  const image = context.createImageData(DIGIT_SIZE, DIGIT_SIZE);
  image.data.set(pixels);
  context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}
