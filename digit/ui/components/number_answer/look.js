// One digit of a number, looked at: its crop and its ten bars. The least sure one at first, then the one that is
// clicked, in the answer or on the picture, or reached by the arrow keys. It is mended by keys, by its bars and by buttons,
// until the server says something else. Copies the text, saves the digits as CSV. Runs after mending.js.

const MARGIN = 0.18; // around the box, as a share of its longer side
const CROP = 240; // pixels of the crop, twice its size on the page
const SAID = 4; // more rows than this are counted instead of said
/** @type {Record<string, string>} */
const KEYS = { Backspace: "Delete", Delete: "Delete", Insert: "Insert", "+": "Insert" }; // and what is typed itself

const look = element.querySelector(".look");
const bench = element.closest(".workbench");
/** @type {HTMLElement} */ const panel = bench.querySelector(".answer-panel");
const which = look.querySelector(".which");
const done = look.querySelector(".done");
const crop = look.querySelector("canvas");
const bars = look.querySelectorAll(".bars li");
const undoer = look.querySelector("[data-do=undo]");
let read = ""; // what the server said last
let readText = "";
let sentSince = true; // a drawing, since the number was mended
let said = ["", ""]; // its sentence, and how sure it is
/** @typedef {{ box: number[], bars: [number, string, string][], confidence: number, doubtful: boolean }} Digit ten digits, shares and words */
/** @type {Digit[]} */ let digits = []; // as they were read
let number = mendable(""); // as it is mended
/** @type {number | null} */ let chosen = null; // by the visitor
let shown = 0;
/** @type {Digit} */ const INSERTED = {
  box: [],
  bars: Array.from({ length: 10 }, (_, digit) => [digit, "0", ""]),
  confidence: 1,
  doubtful: false,
};

const answer = () => panel.querySelector(".answer");
const buttons = () => [...panel.querySelectorAll(".read button")];
const words = () => [...panel.querySelectorAll(".sentence, .confidence")];
const isMended = (/** @type {Sign} */ sign) => sign.value !== sign.was;

function refresh() {
  const { text = "", digits: data = "" } = answer()?.dataset ?? {};
  if (text + data !== read) {
    const before = number.digits().length;
    const late = number.mended() && !sentSince && text === readText; // the last answer to what was drawn before
    read = text + data;
    readText = text;
    digits = data ? JSON.parse(data) : [];
    if (!late) number = mendable(text);
    said = words().map((word) => word.textContent);
    if (digits.length !== before) chosen = null;
    done.textContent = "";
  }
  look.hidden = digits.length === 0;
  if (digits.length && number.mended() && !answer().dataset.mended) write(shown);
  else if (digits.length) {
    mark();
    show(chosen ?? leastSure());
  }
  watcher.takeRecords(); // what was changed here is no news
}

function leastSure() {
  const sure = number
    .digits()
    .map(({ sign }) => (sign.digit === null || isMended(sign) ? 1 : digits[sign.digit].confidence));
  return sure.indexOf(Math.min(...sure));
}

/** @param {number} at */
function show(at) {
  const all = number.digits();
  const { sign } = all[at];
  const { box, bars: ranked, doubtful } = sign.digit === null ? INSERTED : digits[sign.digit];
  shown = at;
  const place = all.length > 1 ? `Digit ${at + 1} of ${all.length}` : "One digit";
  const least = chosen === null && all.length > 1 ? ", the least sure" : "";
  which.textContent = place + (isMended(sign) ? ", mended" : doubtful ? ", doubtful" : least);
  ranked.forEach(([digit, share, words], rank) => {
    const bar = bars[digit];
    bar.style.setProperty("--rank", String(rank));
    bar.style.setProperty("--share", share);
    bar.querySelector(".name").textContent = String(digit);
    bar.querySelector(".value").textContent = words;
    bar.querySelector("button").setAttribute("aria-pressed", String(sign.value === String(digit)));
  });
  const after = number.after(at);
  for (const button of look.querySelectorAll(".after button"))
    button.setAttribute("aria-pressed", String(button.dataset.mend === after));
  undoer.hidden = !number.undoable();
  for (const [i, button] of buttons().entries()) {
    button.tabIndex = i === at ? 0 : -1;
    button.setAttribute("aria-pressed", String(i === at));
  }
  for (const mark of bench.querySelectorAll(".mark"))
    mark.classList.toggle("on", mark.dataset.at === String(sign.digit));
  crop.hidden = sign.digit === null;
  if (sign.digit !== null) cut(box, sign.value);
}

/** @param {number[]} box @param {string} digit */
async function cut([x, y, width, height], digit) {
  /** @type {HTMLImageElement | HTMLCanvasElement | null} */
  const source = bench.querySelector(".sheet img, .paper canvas");
  if (!source) return; // the answer came before the picture
  const image = source instanceof HTMLImageElement;
  if (image) await source.decode().catch(() => {});
  const [w, h] = image ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height];
  if (!w || !h) return;
  const side = Math.max(width * w, height * h) * (1 + 2 * MARGIN);
  const context = /** @type {CanvasRenderingContext2D} */ (crop.getContext("2d"));
  crop.width = crop.height = CROP;
  crop.setAttribute("aria-label", `The ${digit} as it is written`);
  context.fillStyle = "#fdfcf9";
  context.fillRect(0, 0, CROP, CROP);
  context.imageSmoothingQuality = "high";
  const [left, top, scale] = [(x + width / 2) * w - side / 2, (y + height / 2) * h - side / 2, CROP / side];
  const paste = () => context.drawImage(source, left, top, side, side, 0, 0, CROP, CROP);
  context.globalAlpha = 0.2; // what is beside the digit
  paste();
  context.globalAlpha = 1;
  context.beginPath();
  const margin = MARGIN * CROP * 0.4;
  context.rect((x * w - left) * scale - margin, 0, width * w * scale + 2 * margin, CROP);
  context.clip();
  context.fillRect(0, 0, CROP, CROP);
  paste();
}

/** @param {number} at */
function choose(at) {
  chosen = at;
  show(at);
  watcher.takeRecords();
}

bench.addEventListener("click", (event) => {
  const at = event.target.closest("[data-at]")?.dataset.at;
  if (at === undefined) return;
  if (!event.target.closest(".mark")) return choose(Number(at));
  const place = number.digits().findIndex(({ sign }) => sign.digit === Number(at));
  choose(place);
  buttons()[place].focus({ preventScroll: true });
});
panel.addEventListener("focusin", (event) => {
  if (event.target.matches(".read button:focus-visible")) choose(Number(event.target.dataset.at));
});
panel.addEventListener("keydown", (event) => {
  const at = Number(event.target.dataset?.at ?? NaN);
  if (Number.isNaN(at) || event.altKey) return;
  const command = event.ctrlKey || event.metaKey;
  const change = KEYS[event.key] ?? (/^[0-9.,/:-]$/.test(event.key) ? event.key : null);
  const to = number.step(event.key, at);
  if (command && event.key.toLowerCase() === "z" && number.undoable()) takeBack();
  else if (command || (change === null && to === null)) return;
  else if (change !== null) mend(change, at);
  else {
    buttons()[Number(to)].focus();
    choose(Number(to));
  }
  event.preventDefault();
});

// Mending

look.addEventListener("click", (event) => {
  const change = event.target.closest("[data-mend]")?.dataset.mend;
  if (change !== undefined) mend(change, shown);
});
undoer.addEventListener("click", takeBack);

/** @param {string} change a digit, a separator, "Insert" or "Delete" @param {number} at */
function mend(change, at) {
  const { row, place } = number.digits()[at];
  let next = at;
  done.textContent = "";
  if (change === "Insert") {
    number.insert(at);
    next++;
  } else if (change === "Delete") {
    if (!number.remove(at)) done.textContent = "The last digit stays";
    const left = number.digits();
    if (left[at]?.row !== row && place > 0) next--;
    next = Math.min(next, left.length - 1);
  } else if (/\d/.test(change)) number.replace(at, change);
  else if (!number.separate(at, change)) done.textContent = "Separators stand between digits";
  write(next);
}

function takeBack() {
  const at = number.undo();
  if (at === null) return;
  done.textContent = "";
  write(at);
  if (undoer.hidden && !panel.contains(document.activeElement)) buttons()[at].focus();
}

/** Shows the number as it is mended, and one of its digits. @param {number} at */
function write(at) {
  sentSince = !bench.matches(".by-drawing"); // other pictures are not said to be sent
  const focused = panel.contains(document.activeElement);
  const lines = number.lines();
  let place = 0;
  panel.querySelector(".read").style.setProperty("--longest", String(Math.max(...lines.map(width))));
  for (const [i, row] of panel.querySelectorAll(".read .row").entries()) {
    const mended = number.changed(lines[i]);
    row.replaceChildren(
      ...lines[i].signs.map((sign) => (number.isDigit(sign) ? button(sign, place++) : separator(sign))),
    );
    row.hidden = lines[i].signs.length === 0;
    row.classList.toggle("mended", mended);
    row.dataset.sure ??= row.title;
    row.title = mended ? "mended" : row.dataset.sure;
    row.setAttribute("aria-label", `${number.written(lines[i])}, ${row.title}`);
  }
  const texts = number.text().split("\n");
  const list = texts.length > SAID ? `${texts.length} numbers` : texts.join(", ");
  const sentences = number.mended() ? [`Mended: ${list}`, "Copy and CSV give it as it is now"] : said;
  for (const [i, word] of words().entries()) word.textContent = sentences[i];
  if (number.mended()) answer().dataset.mended = number.text();
  else delete answer().dataset.mended;
  mark();
  choose(at);
  if (focused) buttons()[at].focus();
  watcher.takeRecords();
}

/** A digit as Python writes it, and its doubt gone when it is mended. @param {Sign} sign @param {number} at */
function button(sign, at) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign.value });
  const doubtful = sign.digit !== null && digits[sign.digit].doubtful;
  const state = isMended(sign) ? "mended" : doubtful ? "doubtful" : "";
  made.dataset.at = String(at);
  made.className = state;
  made.setAttribute("aria-label", sign.value + (state && `, ${state}`));
  return made;
}

/** Of a row, in widths of a digit. @param {Line} line */
function width({ signs }) {
  return signs.reduce((sum, sign) => sum + (number.isDigit(sign) ? 1 : 0.45), 0.35); // a question mark
}

/** @param {Sign} sign */
function separator(sign) {
  const className = isMended(sign) ? "separator mended" : "separator";
  return Object.assign(document.createElement("span"), { className, textContent: sign.value });
}

// The boxes on the picture follow.
function mark() {
  const signs = new Map(number.digits().map(({ sign }) => [String(sign.digit), sign]));
  for (const box of bench.querySelectorAll(".mark")) {
    const sign = signs.get(box.dataset.at ?? "");
    box.hidden = !sign;
    if (!sign) continue;
    box.classList.toggle("mended", isMended(sign));
    const label = box.querySelector("b");
    if (label.textContent !== sign.value) label.textContent = sign.value;
  }
}

// Copying and saving

/** @param {string} text */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text }); // a page that is not served securely
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("not copied");
}

look.querySelector("[data-do=copy]").addEventListener("click", async () => {
  try {
    await copy(number.text());
    done.textContent = "Copied";
  } catch {
    done.textContent = "The browser does not allow copying";
  }
});

look.querySelector("[data-do=csv]").addEventListener("click", () => {
  const rows = number.table(JSON.parse(answer().querySelector(".rows").textContent));
  document.dispatchEvent(new CustomEvent("save", { detail: { rows, name: "FILE_NAME.csv" } }));
});

bench.addEventListener("sent", () => {
  sentSince = true;
});

// The answer and the boxes are changed by the server, in any order.
const watcher = new MutationObserver(refresh);
watcher.observe(panel, { subtree: true, childList: true, attributes: true });
watcher.observe(/** @type {HTMLElement} */ (bench.querySelector(".giving")), {
  subtree: true,
  childList: true,
  attributeFilter: ["class"],
});
refresh();
