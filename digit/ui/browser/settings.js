// The settings that digit/ui/browser/serving.py writes: thresholds, words and files of both languages.

/**
 * @typedef {object} Words
 * @property {Record<import("./recognition/prediction.js").Verdict, string>} sentences
 * @property {Record<string, string>} refusals sentences by the reason
 * @property {string[]} articles of the ten digits
 * @property {string} sure
 * @property {string} one
 * @property {string} or
 * @property {string} nearest
 * @property {string} seen
 * @property {string} elsewhere the part of a refusal that is a link to Number
 * @property {{ for: string, against: string, nothing: string }} captions
 */
/** @typedef {{ title: string, shape: string, words: string, maps: number, height: number, width: number }} Block */
/**
 * @typedef {object} Settings
 * @property {number} temperature the logits are divided by it
 * @property {number} energy_threshold free energy above which a digit image is not a digit
 * @property {number} unsure_margin two probabilities that are closer are "unsure"
 * @property {Words} words
 * @property {string} waiting the answer's HTML before there is one: the template of all answers
 * @property {{ patch: number, stride: number, faintest: number, for: number[], against: number[] }} why
 * @property {{ runtime: string, glue: string, wasm: string, model: string, inside: string }} files addresses, as seen from the settings
 * @property {{ blocks: Block[], shown: number, columns: number, unit_columns: number } | null} inside what the blocks of the network are
 * @property {boolean} server whether a server can read drawings too
 */

/** @param {URL} address of `settings.json` @returns {Promise<Settings>} */
export async function loadSettings(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: status ${response.status}`);
  return response.json();
}
