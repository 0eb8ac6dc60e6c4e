// The Draw tab's answers, read here while the pen moves, or by the server. The paper offers each drawing with the event
// "drawing"; the panel takes an answer with the event "answer".

import { answerHtml } from "./components/answer.js";
import { explain } from "./components/why.js";
import { occlusionMap } from "./evaluation/occlusion.js";
import { isSupported } from "./recognition/litert.js";
import { loadRecognizer } from "./recognizer.js";

const LOOK_MS = 10_000; // how often it is looked whether the server is there, while it is not needed
const LOOK_AGAIN_MS = 2_000; // ... and once it is gone
const SERVER_MS = 4_000; // a server that takes longer is taken for gone

const NOTES = {
  loading: "The reader for this browser is being loaded; until it is here, the server reads.",
  unsupported: "This browser does not run WebAssembly, so the server reads.",
  failed: "The reader for this browser could not be loaded, so the server reads.",
  corrections: "Drawings stay in this browser, unless you correct an answer.",
  browser: "Drawings stay in this browser.",
  server: "Drawings are sent to the server to be read, and are not kept.",
  gone: "The server does not answer. Drawings are still read here; files, numbers and corrections have to wait.",
};
const NOTES_ALONE = {
  ...NOTES,
  loading: "The reader is being loaded. What you draw meanwhile is answered as soon as it is here.",
  unsupported:
    "This browser does not run WebAssembly with SIMD, so drawings cannot be read here. A newer browser does.",
  failed: "The reader could not be loaded. Loading the page again tries once more.",
  server: "",
};

/**
 * @typedef {object} Drawing what the paper offers
 * @property {() => ImageData | null} picture black pen on white paper; null when nothing is drawn
 * @property {() => Float32Array | null} digitImage a digit image that was laid on the paper, and not drawn on
 * @property {boolean} finished whether the pen is up
 */

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
const find = (root, selector) => /** @type {HTMLElement} */ (root.querySelector(selector));

/**
 * Reads what is drawn in one tab.
 * @param {HTMLElement} tab holds the paper, the answer and the line that says where drawings are read
 * @param {URL} address of `settings.json`
 */
export async function readDrawings(tab, address) {
  const panel = find(find(tab, ".answer-panel"), ":has(> .answer)"); // takes answers
  const why = /** @type {HTMLInputElement | null} */ (tab.querySelector(".why input"));
  const [paper, places, took, note] = ["#paper canvas", ".places", ".took", ".note"].map((part) => find(tab, part));
  const alone = places.hidden; // a page without a server
  const notes = alone ? NOTES_ALONE : NOTES;
  const choices = /** @type {NodeListOf<HTMLInputElement>} */ (places.querySelectorAll("input"));

  /** @type {import("./recognizer.js").Recognizer | null} */ let recognizer = null;
  let here = false; // drawings are read in this browser
  let gone = false; // the server does not answer
  let sent = 0; // when the server got its last drawing
  let framed = false;
  let reading = false;
  /** @type {Drawing | null} */ let latest = null;
  let html = ""; // the latest answer of this browser

  /** @param {keyof typeof NOTES} key */
  const say = (key) => {
    note.dataset.kind = key === "gone" ? "trouble" : "plain";
    if (note.textContent !== notes[key]) note.textContent = notes[key];
  };
  const status = () =>
    say(gone ? "gone" : !here ? "server" : tab.querySelector(".feedback") ? "corrections" : "browser");
  /** @param {string} answer */
  const show = (answer) => {
    html = `${answer}\n`; // differs from the server's, so that an equal answer of the server is noticed
    panel.dispatchEvent(new CustomEvent("answer", { detail: html }));
  };
  /** @param {Float32Array | null} digitImage @param {boolean} finished */
  const tell = (digitImage, finished) =>
    tab.dispatchEvent(new CustomEvent("read", { bubbles: true, detail: { digitImage, finished } }));
  const ask = () => paper.dispatchEvent(new CustomEvent("ask", { bubbles: true }));

  /** @param {boolean} inBrowser */
  function use(inBrowser) {
    here = inBrowser;
    for (const choice of choices) choice.checked = (choice.value === "browser") === here;
    took.textContent = "";
    latest = null;
    status();
    ask();
  }

  async function read() {
    framed = false;
    if (reading || !latest || !recognizer) return;
    reading = true;
    const drawing = latest;
    try {
      const started = performance.now();
      const picture = drawing.picture();
      const digitImage = drawing.digitImage();
      if (!picture && !digitImage) {
        show(recognizer.settings.waiting);
        took.textContent = "";
        tell(null, true);
        return;
      }
      const prediction = await (digitImage
        ? recognizer.predictDigitImage(digitImage)
        : recognizer.predict(/** @type {ImageData} */ (picture)));
      const ms = performance.now() - started;
      if (!here) return;
      // An explanation that is being worked out is waited for under the same digit: nothing flickers in between.
      show(answerHtml(recognizer.settings, prediction));
      took.textContent = `in your browser, ${ms.toFixed(1)} ms`;
      tell(prediction.verdict === "empty" ? null : prediction.digitImage, drawing.finished);
      const { digit } = prediction;
      if (!why?.checked || !drawing.finished || digit === null || drawing !== latest) return;
      const { settings } = recognizer;
      const wanted = () => here && drawing === latest;
      reading = false; // the pen goes first
      const weights = await occlusionMap(
        (image) => /** @type {import("./recognizer.js").Recognizer} */ (recognizer).probabilities(image),
        prediction.digitImage,
        digit,
        settings.why,
        wanted,
      );
      if (weights && wanted())
        show(answerHtml(settings, prediction, explain(prediction.digitImage, weights, digit, settings)));
    } catch (error) {
      console.warn("Drawings are not read here:", error);
      recognizer = null;
      places.hidden = true;
      use(false);
      say("failed");
    } finally {
      if (reading) {
        reading = false;
        if (drawing !== latest) next();
      }
    }
  }

  function next() {
    if (framed) return;
    framed = true;
    requestAnimationFrame(read);
  }

  tab.addEventListener("drawing", (event) => {
    if (!here) return;
    event.preventDefault(); // the paper keeps it, and does not send it
    latest = /** @type {CustomEvent<Drawing>} */ (event).detail;
    next();
  });
  tab.addEventListener("sent", () => {
    sent = performance.now();
  });
  tab.addEventListener("answered", () => {
    if (here && html)
      show(html.trimEnd()); // the server was late: what is read here is newer
    else if (sent) took.textContent = `on the server, ${(performance.now() - sent).toFixed(0)} ms`;
  });

  async function look() {
    let wait = LOOK_MS;
    if (recognizer?.settings.server && document.visibilityState === "visible") {
      const answers = await fetch(address, {
        method: "HEAD",
        cache: "no-store",
        signal: AbortSignal.timeout(SERVER_MS),
      })
        .then((response) => response.ok)
        .catch(() => false);
      if (gone === answers) {
        gone = !answers;
        if (gone && !here) use(true);
        status();
      }
      if (gone) wait = LOOK_AGAIN_MS;
    }
    setTimeout(look, wait);
  }

  /** @type {Promise<void> | null} */ let loading = null;
  function load() {
    say("loading");
    loading ??= loadRecognizer(address).then((loaded) => {
      recognizer = loaded;
      look();
    });
    return loading;
  }

  if (!isSupported()) {
    places.hidden = true;
    say("unsupported");
    return;
  }
  let chosen = "";
  places.addEventListener("change", async (event) => {
    chosen = /** @type {HTMLInputElement} */ (event.target).value;
    if (chosen === "browser") await start();
    else use(false);
  });
  async function start() {
    try {
      await load();
    } catch (error) {
      console.warn("Drawings are not read here:", error);
      places.hidden = true;
      say("failed");
      return;
    }
    if (chosen !== "server") use(true);
  }
  const { connection } = /** @type {{ connection?: { saveData?: boolean } }} */ (/** @type {unknown} */ (navigator));
  if (connection?.saveData && !alone)
    status(); // some megabytes are fetched when they are asked for
  else await start();
}
