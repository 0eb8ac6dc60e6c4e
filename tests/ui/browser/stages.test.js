// Each stage of reading a drawing, tested against Python's answers. test_stages.py writes the modules as they are served
// and the answers into the folder that DIGIT_STAGES names, and runs this file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.env.DIGIT_STAGES}/`);
// Node fetches no files.
globalThis.fetch = async (/** @type {unknown} */ address) =>
  new Response(await readFile(/** @type {URL} */ (address), "utf8"));

/** @param {string} module @returns {Promise<any>} */
const load = (module) => import(new URL(`reader/${module}.js`, folder).href);
const { paperColour } = await load("imaging/background");
const { clutterLevel, colourContrast, inkLevel, MIN_CONTRAST } = await load("imaging/contrast");
const { preprocess } = await load("imaging/index");
const { extractInk } = await load("imaging/ink");
const { isWriting, keepDigit, smallestMark } = await load("imaging/marks");
const { inkBox, normalizeInk } = await load("imaging/normalization");
const { prepareStrokes, softenEdges, strokeWidth, widenHairlines } = await load("imaging/strokes");
const { findSurround, leavesMarks, removeRules } = await load("imaging/surround");
const { crop } = await load("imaging/opencv");
const { occlusionMap } = await load("evaluation/occlusion");
const { percent, sentence, top } = await load("recognition/prediction");
const { freeEnergy, softmax } = await load("recognition/probability");
const { Recognizer } = await load("recognizer");

/** @typedef {{ data: string, width: number, height: number }} Stored base64 of little-endian numbers */
const { settings, drawings, logits, occlusion } = JSON.parse(await readFile(new URL("stages.json", folder), "utf8"));

/** @param {Stored} stored @param {Float32ArrayConstructor | Uint8ArrayConstructor | Uint8ClampedArrayConstructor} kind */
const unpacked = ({ data, width, height }, kind) => ({
  data: new kind(Uint8Array.from(Buffer.from(data, "base64")).buffer),
  width,
  height,
});
const plane = (/** @type {Stored} */ stored) => unpacked(stored, Float32Array);
const mask = (/** @type {Stored | null} */ stored) => stored && unpacked(stored, Uint8Array);
const picture = (/** @type {Stored} */ stored) => unpacked(stored, Uint8ClampedArray);

/** @param {ArrayLike<number>} here @param {ArrayLike<number>} there @param {number} tolerance @param {string} name */
function same(here, there, tolerance, name) {
  assert.equal(here.length, there.length, name);
  let worst = 0;
  for (let i = 0; i < here.length; i++) worst = Math.max(worst, Math.abs(here[i] - there[i]));
  assert.ok(worst <= tolerance, `${name}: differs by ${worst}`);
}
/** @param {any} here @param {any} there @param {number} tolerance @param {string} name */
function sameImage(here, there, tolerance, name) {
  assert.deepEqual([here?.width, here?.height], [there?.width, there?.height], name);
  if (here) same(here.data, there.data, tolerance, name);
}

/** @param {string} stage @param {(drawing: any) => void} check */
const everyDrawing = (stage, check) =>
  test(stage, () => {
    for (const drawing of drawings) check(drawing);
  });

everyDrawing("background", (d) => same(paperColour(picture(d.picture)), d.paper, 0, d.name));
everyDrawing("contrast", (d) => {
  const contrast = plane(d.contrast);
  sameImage(colourContrast(picture(d.picture), d.paper), contrast, 1e-3, d.name);
  const level = inkLevel(contrast, MIN_CONTRAST);
  assert.equal(level, d.level, d.name);
  if (level !== null) assert.ok(Math.abs(clutterLevel(contrast, level) - d.clutter) < 1e-3, d.name);
});
everyDrawing("surround", (d) => {
  const contrast = plane(d.contrast);
  const surround = findSurround(contrast, MIN_CONTRAST);
  sameImage(surround, mask(d.surround), 0, d.name);
  if (surround) assert.equal(leavesMarks(contrast, MIN_CONTRAST, surround), d.leaves, d.name);
  if (d.level !== null) sameImage(removeRules(contrast, 0.35 * d.level), plane(d.unruled), 0, d.name);
});
everyDrawing("ink", (d) => sameImage(extractInk(picture(d.picture)).ink, plane(d.ink), 1e-4, d.name));
everyDrawing("marks", (d) => {
  const raw = plane(d.raw);
  assert.equal(isWriting(raw), d.writing, d.name);
  assert.equal(smallestMark(raw), d.smallest, d.name);
  const { ink, several } = keepDigit(raw, 0.1);
  sameImage(ink, plane(d.kept), 0, d.name);
  assert.equal(several, d.several, d.name);
});
everyDrawing("strokes", (d) => {
  if (!d.box) return;
  const ink = plane(d.ink);
  const cropped = crop(ink, d.box);
  assert.ok(Math.abs(strokeWidth(cropped) - d.width) < 1e-3 * d.width, d.name);
  sameImage(softenEdges(cropped), plane(d.softened), 1e-4, d.name);
  sameImage(widenHairlines(cropped), plane(d.widened), 1e-4, d.name);
  sameImage(prepareStrokes(ink, d.box), plane(d.prepared), 1e-4, d.name);
});
everyDrawing("normalization", (d) => {
  assert.deepEqual(inkBox(plane(d.ink)), d.box, d.name);
  if (d.box) same(normalizeInk(plane(d.prepared)), plane(d.digitImage).data, 1e-4, d.name);
});
everyDrawing("all of imaging", (d) => {
  const { box, digitImage } = preprocess(picture(d.picture));
  assert.deepEqual(box, d.box, d.name);
  same(digitImage, plane(d.digitImage).data, 1e-3, d.name);
});

test("several digits, dots and small digits", async () => {
  const sure = async () => Float32Array.from({ length: 10 }, (_, digit) => (digit === 0 ? 50 : 0));
  const reader = new Recognizer(settings, sure);
  for (const d of drawings) {
    const { digit, verdict, reason } = await reader.predict(picture(d.picture));
    assert.deepEqual([digit, verdict, reason], d.read, d.name);
  }
});

test("probability and verdict", async () => {
  const image = new Float32Array(784);
  for (const one of logits) {
    const reader = new Recognizer(settings, async () => Float32Array.from(one.logits));
    const prediction = await reader.predictDigitImage(image);
    same(softmax(one.logits, settings.temperature), one.probabilities, 1e-6, "softmax");
    assert.ok(Math.abs(freeEnergy(one.logits, settings.temperature) - one.energy) < 1e-4);
    same(prediction.probabilities, one.probabilities, 1e-6, "probabilities");
    assert.deepEqual([prediction.digit, prediction.verdict], [one.digit, one.verdict]);
    assert.equal(sentence(prediction, settings.words), one.sentence);
    assert.equal(percent(prediction.confidence), one.percent);
    assert.deepEqual(
      top(prediction, 3).map((/** @type {number[]} */ [digit]) => digit),
      one.top,
    );
  }
});

test("occlusion", async () => {
  const [image, weights, map] = [occlusion.image, occlusion.weights, occlusion.map].map((one) => plane(one).data);
  const probabilities = async (/** @type {Float32Array} */ hidden) => {
    const sums = new Float32Array(10);
    for (let i = 0; i < hidden.length; i++) for (let k = 0; k < 10; k++) sums[k] += hidden[i] * weights[10 * i + k];
    return softmax(sums, 1);
  };
  same(await occlusionMap(probabilities, image, occlusion.digit, settings.why, () => true), map, 1e-4, "map");
});
