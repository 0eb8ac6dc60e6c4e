// Drawing in, prediction out, in the browser: the counterpart of digit/recognizer.py.

import { preprocess } from "./imaging/index.js";
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
    const { box, digitImage } = preprocess(picture);
    if (box) return this.predictDigitImage(digitImage);
    return { digit: null, confidence: 0, probabilities: new Float32Array(10), verdict: "empty", digitImage };
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
    return { digit: verdict === "not_a_digit" ? null : best, confidence: first, probabilities, verdict, digitImage };
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
