// What the reader says of one drawing: as digit/recognition/prediction.py, whose sentences come with the settings.

/** @typedef {"digit" | "unsure" | "not_a_digit" | "empty"} Verdict */
/** @typedef {"" | "several" | "small"} Reason */
/**
 * @typedef {object} Prediction
 * @property {number | null} digit null when the verdict is "not_a_digit" or "empty"
 * @property {number} confidence calibrated probability of the most likely digit, 0 to 1
 * @property {Float32Array} probabilities of the ten digits
 * @property {Verdict} verdict
 * @property {Float32Array} digitImage 784 numbers, ink = 1: what the model saw
 * @property {Reason} reason why it is not a digit, where that is known
 */

/** The most likely digits with their probabilities, best first; nothing when empty.
 * @param {Prediction} prediction @param {number} k @returns {[number, number][]} */
export function top(prediction, k) {
  if (prediction.verdict === "empty") return [];
  const all = Array.from(prediction.probabilities, (p, digit) => /** @type {[number, number]} */ ([digit, p]));
  return all.sort((a, b) => b[1] - a[1]).slice(0, k);
}

/** A text with its places filled. @param {string} text @param {Record<string, string | number>} values @returns {string} */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/** The answer in words. @param {Prediction} prediction @param {import("../settings.js").Words} words @returns {string} */
export function sentence(prediction, words) {
  const text = words.refusals[prediction.reason] ?? words.sentences[prediction.verdict];
  if (prediction.verdict === "unsure") {
    const [first, second] = top(prediction, 2)
      .map(([digit]) => digit)
      .sort((a, b) => a - b);
    return fill(text, { first, second });
  }
  const { digit } = prediction;
  return digit === null ? text : fill(text, { article: words.articles[digit], digit });
}

/** A probability for people, never certain and never impossible. @param {number} probability @returns {string} */
export function percent(probability) {
  const value = 100 * probability;
  if (value >= 99.95) return "> 99.9 %";
  if (value < 0.05) return "< 0.1 %";
  return `${value.toFixed(value >= 99 || value < 1 ? 1 : 0)} %`;
}
