// Drawing in, prediction out, in the browser: the counterpart of digit/recognizer.py.

import { preprocess } from "./imaging/index.js";
import { isDot } from "./imaging/marks.js";
import { DIGIT_SIZE } from "./imaging/normalization.js";
import { isSupported, loadModel } from "./recognition/litert.js";
import { freeEnergy, softmax } from "./recognition/probability.js";
import { loadSettings } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./recognition/prediction.js").Prediction} Prediction */

export class Recognizer {
  /** @param {Settings} settings @param {import("./recognition/litert.js").Logits} logits the network itself */
  constructor(settings, logits) {
    this.settings = settings;
    this.logits = logits;
  }

  /** Reads one digit. @param {import("./imaging/background.js").Picture} picture opaque @returns {Promise<Prediction>} */
  async predict(picture) {
    return this.predictSteps(preprocess(picture));
  }

  /** Reads the digit of a picture that went through the imaging; several digits and a dot are not a digit, whatever the
   * classifier makes of them. @param {import("./imaging/index.js").Steps} steps @returns {Promise<Prediction>} */
  async predictSteps({ box, digitImage, several, small }) {
    if (!box) {
      const probabilities = new Float32Array(10);
      return { digit: null, confidence: 0, probabilities, verdict: "empty", digitImage, reason: "" };
    }
    const prediction = await this.predictDigitImage(digitImage);
    const dot = isDot({ data: digitImage, width: DIGIT_SIZE, height: DIGIT_SIZE });
    if (!several && prediction.verdict !== "not_a_digit" && !dot) return prediction;
    return { ...prediction, digit: null, verdict: "not_a_digit", reason: several ? "several" : small ? "small" : "" };
  }

  /** Reads a digit image. @param {Float32Array} digitImage 784 numbers, ink = 1 @returns {Promise<Prediction>} */
  async predictDigitImage(digitImage) {
    const { temperature, energy_threshold: highest, unsure_margin: margin } = this.settings;
    const logits = await this.logits(digitImage);
    const probabilities = softmax(logits, temperature);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const [first, second] = Array.from(probabilities).sort((a, b) => b - a);
    /** @type {import("./recognition/prediction.js").Verdict} */
    let verdict = "digit";
    if (freeEnergy(logits, temperature) > highest) verdict = "not_a_digit";
    else if (first - second < margin) verdict = "unsure";
    const digit = verdict === "not_a_digit" ? null : best;
    return { digit, confidence: first, probabilities, verdict, digitImage, reason: "" };
  }

  /** Calibrated probabilities. @param {Float32Array} digitImage @returns {Promise<Float32Array>} */
  async probabilities(digitImage) {
    return softmax(await this.logits(digitImage), this.settings.temperature);
  }
}

/**
 * The reader of a site.
 * @param {URL} address of its `settings.json`
 * @returns {Promise<Recognizer>} rejected where this browser cannot run it, or a file is missing
 */
export async function loadRecognizer(address) {
  if (!isSupported()) throw new Error("This browser does not run WebAssembly with SIMD.");
  const settings = await loadSettings(address);
  const { runtime, glue, wasm, model } = settings.files;
  const at = (/** @type {string} */ file) => new URL(file, address);
  return new Recognizer(
    settings,
    await loadModel({ runtime: at(runtime), glue: at(glue), wasm: at(wasm), model: at(model) }),
  );
}
