// Look inside: what each block of the network responds to in the digit image that was read last.

import { preprocess } from "../imaging/index.js";
import { loadOutputs } from "../recognition/litert.js";
import { loadSettings } from "../settings.js";

/** @typedef {import("../settings.js").Block} Block */

const GAP = 1; // pixels between two maps
const UNIT_SIDE = 3; // pixels of a number that is no map
const FAINT = 0.07; // a map that answers nothing is still to be seen as one

const NOTHING = "Draw a digit: each layer shows what it responds to.";
const SHOWS =
  "More colour is a stronger response, within a layer. The strongest maps stand first, and change places when the pen is lifted.";

/**
 * How far a map's values lie apart, for each map: what it answers to blank paper all over is no response to a drawing.
 * @param {Float32Array} values of a block, place by place @param {Block} block @returns {Float32Array}
 */
export function mapStrengths(values, { maps }) {
  const low = new Float32Array(maps).fill(Infinity);
  const high = new Float32Array(maps).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    const map = i % maps;
    if (values[i] < low[map]) low[map] = values[i];
    if (values[i] > high[map]) high[map] = values[i];
  }
  return high.map((value, map) => value - low[map]);
}

/** The maps of a block, the strongest first. @param {Float32Array} values @param {Block} block @returns {number[]} */
export function strongestMaps(values, block) {
  const strengths = mapStrengths(values, block);
  return Array.from(strengths.keys()).sort((a, b) => strengths[b] - strengths[a]);
}

/** @param {Block} block @returns {boolean} whether it answers numbers that lie nowhere on the digit image */
const isUnits = ({ height, width }) => height * width === 1;

class BlockView {
  /** @param {Block} block @param {{ shown: number, columns: number, unit_columns: number }} sizes */
  constructor(block, { shown, columns, unit_columns: unitColumns }) {
    this.block = block;
    this.shown = isUnits(block) ? block.maps : Math.min(shown, block.maps);
    this.columns = Math.min(isUnits(block) ? unitColumns : columns, this.shown);
    this.order = Array.from({ length: this.shown }, (_, map) => map); // units keep their places, so that they can be known again
    this.side = isUnits(block) ? UNIT_SIDE : 1; // pixels of one value
    const rows = Math.ceil(this.shown / this.columns);
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.columns * (block.width * this.side + GAP) - GAP;
    this.canvas.height = rows * (block.height * this.side + GAP) - GAP;
    this.canvas.setAttribute("role", "img");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.figure = document.createElement("figure");
    this.figure.className = "block";
    const caption = document.createElement("figcaption");
    const shape =
      isUnits(block) || this.shown === block.maps ? block.shape : `${block.shape}, the ${this.shown} strongest`;
    for (const [tag, name, text] of [
      ["h2", "", block.title],
      ["p", "shape", shape],
      ["p", "", block.words],
    ]) {
      caption.append(Object.assign(document.createElement(tag), { className: name, textContent: text }));
    }
    this.figure.append(caption, this.canvas);
    this.canvas.setAttribute("aria-label", `${block.title}: ${shape}`);
  }

  /** @param {Float32Array} values @param {boolean} sorted whether the maps may change places */
  paint(values, sorted) {
    const { maps } = this.block;
    const [height, width] = [this.block.height * this.side, this.block.width * this.side];
    if (sorted && !isUnits(this.block)) this.order = strongestMaps(values, this.block).slice(0, this.shown);
    let strongest = 1e-6;
    for (const value of values) if (value > strongest) strongest = value;
    const [red, green, blue] = (getComputedStyle(this.canvas).color.match(/\d+/g) ?? [0, 0, 0]).map(Number);
    const image = this.context.createImageData(this.canvas.width, this.canvas.height);
    for (const [place, map] of this.order.entries()) {
      const left = (place % this.columns) * (width + GAP);
      const top = Math.floor(place / this.columns) * (height + GAP);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const value =
            Math.max(
              values[(Math.floor(y / this.side) * this.block.width + Math.floor(x / this.side)) * maps + map],
              0,
            ) / strongest;
          const i = 4 * ((top + y) * image.width + left + x);
          image.data.set([red, green, blue, 255 * (FAINT + (1 - FAINT) * value)], i);
        }
      }
    }
    this.context.putImageData(image, 0, 0);
  }
}

/**
 * Shows the maps of what is drawn, until the switch is off.
 * @param {HTMLElement} section with the switch, a note and an empty place
 * @param {URL} address of `settings.json`
 */
export async function lookInside(section, address) {
  const tab = /** @type {HTMLElement} */ (section.closest("[role=tabpanel]"));
  const look = /** @type {HTMLInputElement} */ (section.querySelector(".look input"));
  const [note, place] = [".note", ".blocks"].map((name) => /** @type {HTMLElement} */ (section.querySelector(name)));
  const { files, inside } = await loadSettings(address);
  if (!inside) throw new Error("The settings name no blocks.");
  const at = (/** @type {string} */ file) => new URL(file, address);
  const outputs = await loadOutputs({
    runtime: at(files.runtime),
    glue: at(files.glue),
    wasm: at(files.wasm),
    model: at(files.inside),
  });
  const views = inside.blocks.map((block) => new BlockView(block, inside));
  place.replaceChildren(...views.map((view) => view.figure));

  /** @type {{ digitImage: Float32Array | null, finished: boolean } | null} */ let latest = null;
  let working = false;

  async function show() {
    if (working) return;
    working = true;
    while (latest && look.checked) {
      const { digitImage, finished } = latest;
      latest = null;
      note.textContent = digitImage ? SHOWS : NOTHING;
      place.hidden = !digitImage;
      if (!digitImage) continue;
      const values = await outputs(digitImage);
      for (const [block, view] of views.entries()) view.paint(values[block], finished);
    }
    working = false;
  }

  tab.addEventListener("read", (event) => {
    latest = /** @type {CustomEvent} */ (event).detail;
    show();
  });
  // What the server reads has its digit image there: it is made here once more. This runs after the readers on this page.
  tab.addEventListener("drawing", (event) => {
    if (event.defaultPrevented || !look.checked) return;
    const { picture, digitImage, finished } = /** @type {CustomEvent<import("../draw.js").Drawing>} */ (event).detail;
    const drawn = picture();
    const made = drawn && preprocess(/** @type {ImageData} */ (drawn));
    latest = { digitImage: made ? made.box && made.digitImage : digitImage(), finished };
    show();
  });
  const ask = () => tab.querySelector("#paper canvas")?.dispatchEvent(new CustomEvent("ask", { bubbles: true }));
  look.addEventListener("change", () => {
    place.hidden = true;
    note.textContent = NOTHING;
    if (look.checked) ask();
  });
  latest = { digitImage: null, finished: true };
  show();
  ask();
}
