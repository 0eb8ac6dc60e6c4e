// Many pictures: each is sent, read and becomes a row, in the order in which they were given; one that cannot be read
// is a row with its sentence. A name opens its picture above. More files lengthen the list.

const LARGEST = LARGEST_MB * 1e6;
const AT_ONCE = 2; // one is sent while another is read
const AGAIN_MS = 1000; // a busy server is asked again

const batch = element.querySelector(".batch");
const bar = element.querySelector("progress");
const said = element.querySelector(".said");
const body = element.querySelector("tbody");
/** @type {NodeListOf<HTMLButtonElement>} */ const doers = element.querySelectorAll("[data-do]");
const button = Object.fromEntries(Array.from(doers, (b) => [b.dataset.do, b]));

/** @typedef {{ error?: string, busy?: boolean, text?: string, sure?: string, confidence?: number, doubtful?: number, note?: string }} Answer */
/** @typedef {{ path: string, url: string }} Sent */
/** @typedef {{ file: File, row: HTMLTableRowElement, sent: Sent | null, answer: Answer | null }} Entry */
/** @type {Entry[]} */ let list = [];
let next = 0;
let working = 0;

document.addEventListener("many", ({ detail }) => {
  for (const file of detail) {
    const row = body.insertRow();
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = file.name;
    row.append(name);
    for (const kind of ["text", "sure", "doubtful"]) row.insertCell().className = kind;
    list.push({ file, row, sent: null, answer: null });
  }
  batch.hidden = false;
  tell();
  while (working < AT_ONCE && next < list.length) work();
  said.scrollIntoView({ block: "center", behavior: "smooth" });
});

async function work() {
  working++;
  while (next < list.length) {
    const mine = list; // another one after Clear, which may have files by then
    const one = list[next++];
    one.row.classList.add("now");
    one.answer = await read(one);
    one.row.classList.remove("now");
    if (mine !== list) continue;
    fill(one, one.answer);
    tell();
    openFirst();
  }
  working--;
  tell();
}

/** @param {Entry} one @returns {Promise<Answer>} */
async function read(one) {
  if (one.file.size > LARGEST)
    return { error: "This file is larger than LARGEST_MB MB, the largest size that can be read here." };
  try {
    one.sent = await upload(one.file);
    for (;;) {
      const answer = await server.read(one.sent.path);
      if (!answer.busy || !list.includes(one)) return answer;
      await new Promise((go) => setTimeout(go, AGAIN_MS));
    }
  } catch {
    one.sent = null;
    return { error: "The file could not be sent. Please try again." };
  }
}

/** @param {Entry} entry @param {Answer} answer */
function fill({ file, row, sent }, answer) {
  const [name, text, sure, doubtful] = row.cells;
  if (answer.error || !answer.text) {
    text.colSpan = 3;
    text.className = answer.error ? "error" : "note";
    text.textContent = answer.error ?? answer.note ?? "";
    sure.remove();
    doubtful.remove();
  } else {
    text.textContent = answer.text;
    sure.textContent = answer.sure ?? "";
    doubtful.textContent = String(answer.doubtful || "");
    row.classList.toggle("unsure", Boolean(answer.doubtful));
  }
  if (answer.error || !sent) return;
  const opener = Object.assign(document.createElement("button"), { type: "button", textContent: file.name });
  opener.addEventListener("click", () => {
    open(file, row, sent);
    zone().closest(".workbench").scrollIntoView({ behavior: "smooth", block: "start" });
  });
  name.replaceChildren(opener);
}

const zone = () => document.querySelector("#number-picture .zone");

// The first that can be read opens by itself.
function openFirst() {
  const first = list.find((one) => !one.answer?.error);
  if (!first?.answer || !first.sent || list.some(({ row }) => row.classList.contains("open"))) return;
  open(first.file, first.row, first.sent);
}

/** @param {File} file @param {HTMLTableRowElement} row @param {Sent} sent */
function open(file, row, sent) {
  const detail = { path: sent.path, url: sent.url, name: file.name };
  zone().dispatchEvent(new CustomEvent("give", { detail, bubbles: true }));
  for (const one of list) one.row.classList.toggle("open", one.row === row);
}

function tell() {
  const answers = list.flatMap((one) => one.answer ?? []);
  const busy = working > 0 && answers.length < list.length;
  bar.max = list.length || 1;
  bar.value = answers.length;
  bar.hidden = button.stop.hidden = !busy;
  button.csv.disabled = answers.length === 0;
  const errors = answers.filter((a) => a.error).length;
  const none = answers.filter((a) => !a.error && !a.text).length;
  const parts = [`${answers.length - errors - none} with a number`];
  if (none) parts.push(`${none} without`);
  if (errors) parts.push(`${errors} cannot be read`);
  said.textContent = busy
    ? `${answers.length} of ${list.length} read`
    : `${answers.length} ${answers.length === 1 ? "picture" : "pictures"}: ${parts.join(", ")}`;
}

button.stop.addEventListener("click", () => {
  for (const { row } of list.splice(next)) row.remove();
  tell();
});
button.clear.addEventListener("click", () => {
  list = []; // those at work see it, and go on with the new one
  next = 0;
  body.replaceChildren();
  batch.hidden = true;
});

button.csv.addEventListener("click", () => {
  /** @type {unknown[][]} */
  const rows = [["file", "text", "confidence", "doubtful", "note"]];
  for (const { file, answer } of list) {
    if (answer?.error) rows.push([file.name, "", "", "", answer.error]);
    else if (answer)
      rows.push([
        file.name,
        answer.text,
        answer.text && answer.confidence,
        answer.text && answer.doubtful,
        answer.note,
      ]);
  }
  document.dispatchEvent(new CustomEvent("save", { detail: { rows, name: "numbers.csv", excel: true } }));
});
