// Many pictures: each page is sent, read and becomes a row, in the order in which they were given; one that cannot be read
// is a row with its sentence. Numbers are checked and mended in the table, with the picture of the chosen row beside it.

const LARGEST = LARGEST_MB * 1e6;
const AT_ONCE = 2; // one is sent while another is read
const AGAIN_MS = 1000; // a busy server, and one that is away, are asked again
const HEADER = ["file", "page", "row", "text", "confidence", "doubtful", "mended", "note"];

const batch = element.querySelector(".batch");
const bar = element.querySelector("progress");
const said = element.querySelector(".said");
const body = element.querySelector("tbody");
const beside = element.querySelector("figure");
const shown = beside.querySelector("img");
/** @type {NodeListOf<HTMLButtonElement>} */ const doers = element.querySelectorAll("[data-do]");
const button = Object.fromEntries(Array.from(doers, (b) => [b.dataset.do, b]));

/** @type {Entry[]} */ let list = [];
let working = 0;
let away = false;
let keeps = false;

const zone = () => document.querySelector("#number-picture .zone");
const fieldOf = (/** @type {Entry} */ one) => one.row.querySelector("textarea");
const entryOf = (/** @type {HTMLElement} */ target) => list.find((one) => one.row === target.closest("tr"));
const listed = () =>
  [...body.rows].map((row) => list.find((one) => one.row === row)).filter((one) => one !== undefined);
const waits = (/** @type {Entry} */ one) => !one.answer && !one.row.classList.contains("now");

/** @param {Kept} kept @returns {Entry} */
function add(kept, after = body.rows.length) {
  const one = { ...kept, row: body.insertRow(after) };
  list.push(one);
  build(one);
  keep(one);
  batch.hidden = false;
  return one;
}

/** @param {Entry} one */
function keep(one) {
  if (!keeps || !list.includes(one)) return;
  const { row, ...kept } = one;
  const pending = !one.answer || one.answer.error;
  stored((store) => store.put({ ...kept, place: list.indexOf(one), file: pending ? one.file : null }));
}

const fresh = () => `${Date.now()}-${Math.random()}`;

/** @param {File[]} files */
function take(files) {
  for (const file of files)
    add({ id: fresh(), name: file.name, page: 1, answer: null, text: null, checked: false, sent: null, file });
  start();
  said.scrollIntoView({ block: "center", behavior: "smooth" });
}

function start() {
  while (working < AT_ONCE && list.some(waits)) work();
  tell();
}

async function work() {
  working++;
  for (let one = list.find(waits); one; one = list.find(waits)) {
    one.row.classList.add("now");
    const answer = await read(one);
    one.row.classList.remove("now");
    if (!list.includes(one)) continue; // cleared meanwhile
    one.answer = answer;
    fill(one);
    if (one.page === 1) morePages(one);
    keep(one);
    if (button.sort.ariaPressed === "true") sort();
    tell();
    openFirst();
  }
  working--;
  tell();
}

/** Rows for the other pages of a document. @param {Entry} one */
function morePages(one) {
  const { id, name, sent, file } = one;
  for (let page = 2; page <= (one.answer?.pages ?? 1); page++) {
    const kept = { id: `${id}-${page}`, name, page, answer: null, text: null, checked: false, sent, file };
    add(kept, [...body.rows].indexOf(one.row) + page - 1);
  }
}

/** @param {Entry} one @returns {Promise<Answer>} */
async function read(one) {
  if ((one.file?.size ?? 0) > LARGEST)
    return { error: "This file is larger than LARGEST_MB MB, the largest size that can be read here." };
  while (list.includes(one)) {
    try {
      if (!one.sent && one.file) one.sent = await upload(one.file);
      const answer = await server.read([one.sent?.path, one.page]);
      say(false);
      if (!answer.busy) return answer;
    } catch {
      one.sent = null;
      if (await isThere()) return { error: "The file could not be sent.", again: true };
      say(true);
    }
    await new Promise((go) => setTimeout(go, AGAIN_MS));
  }
  return {};
}

const isThere = () =>
  fetch(document.baseURI, { method: "HEAD", cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );

/** @param {boolean} isAway */
function say(isAway) {
  away = isAway;
  tell();
}

// The first that can be read opens by itself.
function openFirst() {
  const first = listed().find((one) => !one.answer?.error);
  if (!first?.answer || !first.sent || body.querySelector(".open")) return;
  show(first);
  details(first);
}

/** The picture of a row beside the table. @param {Entry} one */
function show(one) {
  for (const { row } of list) row.classList.toggle("open", row === one.row);
  beside.hidden = !one.answer?.picture;
  if (one.answer?.picture) shown.src = one.answer.picture;
  beside.querySelector("span").textContent = nameOf(one);
  button.details.hidden = !one.sent || one.page > 1;
}

/** @param {Entry} one */
function details(one) {
  if (!one.sent || one.page > 1) return;
  zone().dispatchEvent(new CustomEvent("give", { detail: { ...one.sent, name: one.name }, bubbles: true }));
}

function tell() {
  const answers = list.flatMap((one) => one.answer ?? []);
  const busy = working > 0 && answers.length < list.length;
  bar.max = list.length || 1;
  bar.value = answers.length;
  bar.hidden = button.stop.hidden = !busy;
  button.csv.disabled = button.copy.disabled = answers.length === 0;
  const errors = answers.filter((a) => a.error).length;
  const none = answers.filter((a) => !a.error && !a.rows?.length).length;
  const check = list.filter((one) => doubts(one)).length;
  const parts = [`${answers.length - errors - none} with a number`];
  if (none) parts.push(`${none} without`);
  if (errors) parts.push(`${errors} cannot be read`);
  if (check) parts.push(`${check} to check`);
  said.textContent = busy
    ? `${answers.length} of ${list.length} read${away ? ". The server does not answer; the rest is read when it is back" : ""}`
    : `${answers.length} ${answers.length === 1 ? "picture" : "pictures"}: ${parts.join(", ")}`;
}

function sort() {
  const first = button.sort.ariaPressed === "true";
  const focused = document.activeElement;
  const order = first
    ? [...list].sort((a, b) => (a.answer ? leastSure(a) : 2) - (b.answer ? leastSure(b) : 2))
    : inOrder(list);
  body.append(...order.map((one) => one.row));
  if (focused instanceof HTMLTextAreaElement) focused.focus({ preventScroll: true });
}

// As given: the pages of a file behind its first.
/** @param {Entry[]} entries */
const inOrder = (entries) => {
  const place = Object.fromEntries(entries.map((one, at) => [one.id, at]));
  const head = (/** @type {Entry} */ one) =>
    place[one.page > 1 ? one.id.replace(/-\d+$/, "") : one.id] ?? place[one.id];
  return [...entries].sort((a, b) => head(a) - head(b) || a.page - b.page);
};

button.sort.addEventListener("click", () => {
  button.sort.ariaPressed = String(button.sort.ariaPressed !== "true");
  keepOrder(button.sort.ariaPressed);
  sort();
});
button.stop.addEventListener("click", () => {
  for (const one of list.filter(waits)) forget(one);
  tell();
});
button.clear.addEventListener("click", () => {
  list = []; // those at work see it
  body.replaceChildren();
  beside.hidden = batch.hidden = true;
  if (keeps) stored((store) => store.clear());
});
/** @param {Entry} one */
function forget(one) {
  one.row.remove();
  list = list.filter((other) => other !== one);
  if (keeps) stored((store) => store.delete(one.id));
}
button.details.addEventListener("click", () => {
  const one = list.find(({ row }) => row.classList.contains("open"));
  if (!one) return;
  details(one);
  zone().closest(".workbench").scrollIntoView({ behavior: "smooth", block: "start" });
});
button.csv.addEventListener("click", () => {
  const rows = [HEADER, ...inOrder(list).flatMap(linesOf)];
  document.dispatchEvent(new CustomEvent("save", { detail: { rows, name: "numbers.csv", excel: true } }));
});
button.copy.addEventListener("click", async () => {
  const cells = inOrder(list).flatMap((one) => linesOf(one).map((line) => [nameOf(one), line[3]].join("\t")));
  await navigator.clipboard.writeText(cells.join("\n"));
  said.textContent = "Copied";
});

// Checking: the chosen row shows its picture, keys move, what is typed is the number.

element.addEventListener("focusin", ({ target }) => {
  const one = entryOf(target);
  if (!one || !target.matches("textarea")) return;
  target.select();
  show(one);
});
element.addEventListener("click", ({ target }) => {
  const one = entryOf(target);
  if (!one) return;
  if (target.matches(".again")) {
    one.answer = null;
    build(one);
    start();
  } else if (!target.matches("textarea")) fieldOf(one)?.focus();
});
element.addEventListener("input", ({ target }) => {
  const one = entryOf(target);
  if (one) mend(one, target.value);
});
element.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const one = entryOf(target);
  if (!one || !target.matches("textarea") || event.isComposing) return;
  const lines = target.value.split("\n").length;
  if (key === "Escape") {
    one.checked = false;
    target.value = asRead(one);
    mend(one, null);
  } else if (key === "Enter" && !event.altKey) {
    one.checked = true;
    refresh(one);
    keep(one);
    tell();
    move(one, event.shiftKey ? -1 : 1);
  } else if (key === "Enter") {
    target.setRangeText("\n", target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
    mend(one, target.value);
  } else if ((key === "ArrowDown" || key === "ArrowUp") && (lines === 1 || event.altKey))
    move(one, key === "ArrowUp" ? -1 : 1);
  else return;
  event.preventDefault();
});

/** @param {Entry} one @param {string | null} text */
function mend(one, text) {
  one.text = text;
  const field = fieldOf(one);
  if (field) field.rows = Math.max(1, field.value.split("\n").length);
  refresh(one);
  keep(one);
  tell();
}

/** @param {Entry} one @param {number} step */
function move(one, step) {
  const rows = listed().filter((other) => fieldOf(other));
  fieldOf(rows[rows.indexOf(one) + step] ?? one)?.focus();
}

// Files come from the picture's input, and from Upload when it was given several.

document.addEventListener("many", ({ detail }) => take(detail));
document.addEventListener("batching", ({ detail }) => Object.assign(detail, { open: list.length > 0 }));
document.dispatchEvent(
  new CustomEvent("taker", {
    detail: {
      kind: "pictures",
      take: (/** @type {File[]} */ files) => {
        element.dispatchEvent(new CustomEvent("carried", { detail: "picture", bubbles: true }));
        take(files);
      },
    },
  }),
);

alone.then(async () => {
  keeps = true;
  /** @type {(Kept & { place: number })[]} */ const kept = (await stored((store) => store.getAll())) ?? [];
  const mine = list;
  list = [];
  for (const { place, ...one } of kept.sort((a, b) => a.place - b.place))
    add({ ...one, answer: one.answer?.error && one.file ? null : one.answer });
  list = [...list, ...mine];
  for (const one of mine) keep(one);
  button.sort.ariaPressed = keptOrder();
  sort();
  if (list.length) start();
});
