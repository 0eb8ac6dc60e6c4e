// One digit of a number, looked at: its crop and its ten bars. The least sure one at first, then the one that is
// clicked, in the answer or on the picture, or reached by the arrow keys. Copies the text, saves the digits as CSV.

const MARGIN = 0.18; // around the box, as a share of its longer side
const CROP = 240; // pixels of the crop, twice its size on the page

const look = element.querySelector(".look");
const bench = element.closest(".workbench");
/** @type {HTMLElement} */ const panel = bench.querySelector(".answer-panel");
const which = look.querySelector(".which");
const done = look.querySelector(".done");
const crop = look.querySelector("canvas");
const bars = look.querySelectorAll(".bars li");
let read = ""; // what the server said last
/** @typedef {{ box: number[], bars: [number, string, string][], doubtful: boolean }} Digit ten digits, shares and words */
/** @type {Digit[]} */ let digits = [];
/** @type {number | null} */ let chosen = null; // by the visitor

const answer = () => panel.querySelector(".answer");
const buttons = () => [...panel.querySelectorAll(".read button")];

function refresh() {
  const given = answer()?.dataset.digits ?? "";
  if (given !== read) {
    const before = digits.length;
    read = given;
    digits = given ? JSON.parse(given) : [];
    if (digits.length !== before) chosen = null;
    done.textContent = "";
  }
  look.hidden = digits.length === 0;
  if (digits.length) show(chosen ?? leastSure());
  watcher.takeRecords(); // what was changed here is no news
}

function leastSure() {
  const order = digits.map((_, at) => at);
  return order.reduce((least, at) => (digits[at].bars[0][1] < digits[least].bars[0][1] ? at : least));
}

/** @param {number} at */
function show(at) {
  const { box, bars: ranked, doubtful } = digits[at];
  const place = digits.length > 1 ? `Digit ${at + 1} of ${digits.length}` : "One digit";
  const least = chosen === null && digits.length > 1 ? ", the least sure" : "";
  which.textContent = place + (doubtful ? ", doubtful" : least);
  ranked.forEach(([digit, share, words], rank) => {
    const bar = bars[digit];
    bar.style.setProperty("--rank", String(rank));
    bar.style.setProperty("--share", share);
    bar.querySelector(".name").textContent = String(digit);
    bar.querySelector(".value").textContent = words;
  });
  for (const [i, button] of buttons().entries()) {
    button.tabIndex = i === at ? 0 : -1;
    button.setAttribute("aria-pressed", String(i === at));
  }
  for (const mark of bench.querySelectorAll(".mark")) mark.classList.toggle("on", mark.dataset.at === String(at));
  cut(box, ranked[0][0]);
}

/** @param {number[]} box @param {number} digit */
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
  choose(Number(at));
  if (event.target.closest(".mark")) buttons()[Number(at)].focus({ preventScroll: true });
});
panel.addEventListener("focusin", (event) => {
  if (event.target.matches(".read button:focus-visible")) choose(Number(event.target.dataset.at));
});
panel.addEventListener("keydown", (event) => {
  const at = Number(event.target.dataset?.at ?? NaN);
  if (Number.isNaN(at) || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = digits.length - 1;
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[
    event.key
  ];
  if (to === undefined) return;
  event.preventDefault();
  const next = Math.min(Math.max(to, 0), last);
  buttons()[next].focus();
  choose(next);
});

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
  const text = answer().dataset.text ?? "";
  try {
    await copy(text);
    done.textContent = "Copied";
  } catch {
    done.textContent = "The browser does not allow copying";
  }
});

look.querySelector("[data-do=csv]").addEventListener("click", () => {
  const rows = JSON.parse(answer().querySelector(".rows").textContent);
  document.dispatchEvent(new CustomEvent("save", { detail: { rows, name: "FILE_NAME.csv" } }));
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
