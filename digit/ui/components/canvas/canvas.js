// The drawing paper. Keeps strokes as points, paints them at any size, and offers the picture, black pen on white paper,
// to the page as the event "drawing". Unless a listener takes it, the server gets it as a PNG data URL. Runs once, with
// `element`, `props` and `trigger` given by gr.HTML.

/** @typedef {{ x: number, y: number }} Point in pixels of the picture */
/** @typedef {{ points: Point[], width: number, erases: boolean, clears?: false, laid?: undefined }} Stroke */
/** @typedef {{ url: string, name: string, ink: HTMLCanvasElement }} Laid a digit image on the paper */
/** @typedef {{ clears: true, laid?: Laid }} Clearing of the paper, on which a digit image may be laid */

const LIVE_MS = 120; // while the pen moves, at most one picture in this time
const PEN = "#17181c";

const paper = element.querySelector("canvas");
const [WIDTH, HEIGHT] = String(paper.closest("[data-size]").dataset.size).split(" ").map(Number); // of the picture
const hint = element.querySelector(".hint");
const given = element.querySelector(".given");
/** @type {HTMLInputElement} */ const size = element.querySelector(".brush input");
const tip = element.querySelector(".tip");
/** @type {NodeListOf<HTMLButtonElement>} */ const doers = element.querySelectorAll("[data-do]");
const button = Object.fromEntries(Array.from(doers, (b) => [b.dataset.do, b]));
const picture = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
const pictured = inkOf(picture, { alpha: false, willReadFrequently: true }); // three channels are read sooner

/** @type {(Stroke | Clearing)[]} */ const done = []; // the oldest first
/** @type {(Stroke | Clearing)[]} */ let undone = [];
/** @type {Stroke | null} */ let stroke = null; // the one that the pen is drawing
let erasing = false;
let framed = false;
let timer = 0;
let published = 0;

const shown = () => /** @type {Stroke[]} */ (done.slice(done.findLastIndex((o) => o.clears) + 1).concat(stroke ?? []));
const laid = () => done.findLast((o) => o.clears)?.laid; // a digit image lies under the strokes
const empty = () => shown().length === 0 && !laid();
const blank = () => !shown().some((s) => !s.erases) && !laid();

/** @param {CanvasRenderingContext2D} context @param {number} scale @param {string} [ground] */
const paint = (context, scale, ground) =>
  paintStrokes(context, shown(), { scale, pen: PEN, ground, under: laid()?.ink });

function repaint() {
  hint.hidden = !empty();
  given.textContent = shown().length === 0 ? (laid()?.name ?? "") : "";
  button.undo.disabled = done.length === 0;
  button.redo.disabled = undone.length === 0;
  button.clear.disabled = empty();
  if (framed) return;
  framed = true;
  requestAnimationFrame(() => {
    framed = false;
    const width = Math.round(paper.clientWidth * (window.devicePixelRatio || 1));
    if (width === 0) return; // the tab is not on show
    const scale = width / WIDTH;
    if (paper.width !== width) Object.assign(paper, { width, height: Math.round(scale * HEIGHT) });
    paint(inkOf(paper), scale);
  });
}

const untouched = () => (shown().length === 0 ? laid() : undefined); // a digit image that is read as it is

function dataUrl() {
  const image = untouched();
  if (image) return image.url.replace(";base64,", ";digit=image;base64,");
  if (blank()) return "";
  paint(pictured, 1, "#fff");
  return picture.toDataURL("image/png");
}

function publish(anew = false) {
  clearTimeout(timer);
  timer = 0;
  published = performance.now();
  let value = dataUrl();
  // The server gives reasons for finished strokes only: they take it longer than the pen takes for a few points.
  if (stroke && !untouched()) value = value.replace(";base64,", ";pen=down;base64,");
  if (value === (props.value ?? "") && !anew) return;
  props.value = value;
  element.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  trigger("input");
}

function publishSoon() {
  timer ||= setTimeout(publish, Math.max(0, LIVE_MS - (performance.now() - published)));
}

// What lies on the paper, for what reads it in the page; it is painted when it is asked for, once a frame.
const drawing = (/** @type {boolean} */ finished) => ({
  finished,
  picture() {
    if (untouched() || blank()) return null;
    paint(pictured, 1, "#fff");
    return pictured.getImageData(0, 0, WIDTH, HEIGHT);
  },
  digitImage() {
    const ink = untouched()?.ink;
    return ink ? opacities(ink) : null;
  },
});

/** @param {boolean} finished @param {boolean} [anew] */
function offer(finished, anew = false) {
  const event = new CustomEvent("drawing", { bubbles: true, cancelable: true, detail: drawing(finished) });
  if (element.dispatchEvent(event)) {
    if (finished) publish(anew);
    else publishSoon();
    return;
  }
  clearTimeout(timer);
  timer = 0;
  if (finished) props.value = dataUrl(); // for what else wants the drawing; it is not sent now
}

/** @param {boolean} on */
function erase(on) {
  erasing = on;
  button.eraser.setAttribute("aria-pressed", String(on));
}

/** @param {Point} point @param {boolean} [eraserEnd] of a pen */
function begin(point, eraserEnd = false) {
  if (blank()) erase(false); // there is nothing to take away
  stroke = { points: [point], width: Number(size.value), erases: erasing || eraserEnd };
  undone = [];
  repaint();
  offer(false);
}

/** @param {Point[]} points */
function extend(points) {
  if (!stroke) return;
  stroke.points.push(...points);
  repaint();
  offer(false);
}

function finish() {
  if (!stroke) return;
  done.push(stroke);
  stroke = null;
  repaint();
  offer(true);
}

const hand = handOn(paper, element.querySelector(".cross"), [WIDTH, HEIGHT], {
  points: () => stroke?.points ?? null,
  begin,
  extend,
  finish,
  abandon() {
    stroke = null;
    repaint();
    offer(true);
  },
});

// Tools

/** @type {Record<string, () => void>} */
const tools = {
  undo() {
    const last = done.pop();
    if (last) undone.push(last);
  },
  redo() {
    const next = undone.pop();
    if (next) done.push(next);
  },
  clear() {
    if (empty()) return;
    done.push({ clears: true });
    undone = [];
    erase(false);
  },
  eraser: () => erase(!erasing),
};

/** @param {string} tool */
function use(tool) {
  hand.release(); // a tool used during a stroke ends it
  finish();
  hand.lift();
  tools[tool]();
  repaint();
  offer(true);
}

for (const [tool, b] of Object.entries(button)) b.addEventListener("click", () => use(tool));

const showBrush = () => showTip(tip, Number(size.value) / HEIGHT);
size.addEventListener("input", showBrush);

document.addEventListener("keydown", (event) => {
  const elsewhere = event.target !== document.body && !element.contains(event.target);
  const tool = elsewhere || paper.offsetParent === null ? null : toolOf(event);
  if (!tool) return;
  event.preventDefault();
  use(tool);
});

/** @param {(Stroke | Clearing)[]} items */
function lay(...items) {
  hand.release();
  finish();
  hand.lift();
  done.push(...items);
  undone = [];
  repaint();
  offer(true);
}

// A digit image of another tab is laid on the paper: 28x28 pixels, dark ink on white, with its name.
document.addEventListener("digit-image", async ({ detail: { url, name } }) => {
  if (WIDTH !== HEIGHT) return; // the wide paper takes none
  const image = new Image();
  image.src = url;
  await image.decode();
  lay({ clears: true, laid: { url, name, ink: inked(image, PEN) } });
});

// Several digits on the square paper are carried to the wide one.
if (WIDTH === HEIGHT) {
  const given = () => ({ kind: "strokes", given: { strokes: shown(), side: WIDTH } });
  element.closest(".workbench").addEventListener("carry", ({ detail }) => Object.assign(detail, given()));
} else {
  const take = (/** @type {{ strokes: Stroke[], side: number }} */ { strokes, side }) => {
    element.dispatchEvent(new CustomEvent("carried", { detail: "drawing", bubbles: true }));
    lay({ clears: true }, ...moved(strokes, HEIGHT / side, (WIDTH - HEIGHT) / 2));
  };
  document.dispatchEvent(new CustomEvent("taker", { detail: { kind: "strokes", take } }));
}

element.addEventListener("ask", () => offer(stroke === null, true)); // who reads, or how, has changed

new ResizeObserver(repaint).observe(paper);
showBrush();
repaint();
