// Takes one file: chosen, dropped, pasted anywhere on the tab, or taken with the camera, which is camera.js. Sends it as
// it is, and shows nothing of it: what the page shows is what the server understood. (A browser would hang on a bomb.)

const LARGEST = LARGEST_MB * 1e6;
const zone = element.querySelector(".zone");
/** @type {HTMLInputElement} */ const chooser = element.querySelector("input[type=file]");
const choose = element.querySelector("[data-do=choose]");
const camera = element.querySelector("[data-do=camera]");
const bench = element.closest(".workbench");
const AGAIN_MS = 2000; // between two looks for a server that is away
const PAGED = /\.(pdf|tiff?)$/i;
let newest = 0;
/** @type {{ path: string, url: string, name: string } | null} */ let last = null; // what was read last, unless an example was

// Several files, files of several pages, and whatever is given beside such ones, become the rows of a table on Number.
/** @param {File[]} files */
function take(files) {
  const batch = { open: false };
  if (chooser.multiple) document.dispatchEvent(new CustomEvent("batching", { detail: batch }));
  const paged = chooser.multiple && files.some((file) => PAGED.test(file.name));
  if (files.length < 2 && !paged && !batch.open) return send(files[0]);
  if (chooser.multiple) given();
  if (chooser.multiple) element.dispatchEvent(new CustomEvent("many", { detail: files, bubbles: true }));
  else document.dispatchEvent(new CustomEvent("hand", { detail: { tab: "number", kind: "pictures", given: files } }));
}

function given() {
  element.dispatchEvent(new CustomEvent("given", { bubbles: true }));
}

/** @param {string} path @param {string} url @param {string} name */
function give(path, url, name) {
  last = { path, url, name };
  props.value = { path, url, orig_name: name, meta: { _type: "gradio.FileData" } };
  trigger("input");
}

function toAnswer() {
  bench.querySelector(".answer").scrollIntoView({ block: "nearest", behavior: "smooth" }); // on a phone
}

/** @param {File} [file] */
async function send(file) {
  if (!file) return;
  given();
  if (file.size > LARGEST) return trigger("refused", { reason: "large" });
  const turn = ++newest;
  zone.classList.add("busy");
  const sent = await sendWhenThere(file, turn);
  if (turn !== newest) return; // a newer picture was given meanwhile
  zone.classList.remove("busy");
  if (sent) give(sent.path, sent.url, file.name);
  else trigger("refused", { reason: "sending" });
  toAnswer();
}

// Sends a file; while the server is away, the place of the answer says so. Null when the server does not take it.
/** @param {File} file @param {number} turn */
async function sendWhenThere(file, turn) {
  while (turn === newest) {
    try {
      return await upload(file);
    } catch {
      if (await isThere()) return null;
      if (turn === newest) sayAway();
      while (turn === newest && !(await isThere())) await new Promise((go) => setTimeout(go, AGAIN_MS));
    }
  }
  return null;
}

const isThere = () =>
  fetch(document.baseURI, { method: "HEAD", cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );

function sayAway() {
  const html = element.querySelector("template").innerHTML;
  bench.querySelector(".answer-panel [data-panel]").dispatchEvent(new CustomEvent("answer", { detail: html }));
  toAnswer();
}

choose.addEventListener("click", () => chooser.click());
zone.addEventListener("click", () => chooser.click());
chooser.addEventListener("change", () => {
  take([...(chooser.files ?? [])]);
  chooser.value = ""; // so that the same file can be chosen again
});

zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  take([...(event.dataTransfer?.files ?? [])]);
});

document.addEventListener("paste", (event) => {
  if (zone.offsetParent === null) return; // another tab is on show
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  take(files);
});

// From elsewhere on the tab: files, or one that was sent before
element.addEventListener("take", ({ detail }) => take(detail));
element.addEventListener("give", ({ detail }) => {
  newest++;
  zone.classList.remove("busy");
  given();
  give(detail.path, detail.url, detail.name);
});

// An example and the camera take the place of a picture, also of one that waits for the server.
function forget() {
  newest++;
  last = null;
  zone.classList.remove("busy");
}
bench.addEventListener("camera", forget);
bench.addEventListener("click", ({ target }) => {
  if (target.closest(".shelf button")) forget();
});

// Several digits on a picture of Upload are carried to Number.

if (chooser.multiple) {
  const take = (/** @type {unknown} */ detail) => {
    element.dispatchEvent(new CustomEvent("carried", { detail: "picture", bubbles: true }));
    if (detail) element.dispatchEvent(new CustomEvent("give", { detail }));
  };
  document.dispatchEvent(new CustomEvent("taker", { detail: { kind: "picture", take } }));
} else {
  bench.addEventListener("carry", ({ detail }) => Object.assign(detail, { kind: "picture", given: last }));
}

// The camera of the tab, and what it says when it cannot be used

camera.addEventListener("click", () => element.dispatchEvent(new CustomEvent("camera", { bubbles: true })));
element.addEventListener("refuse", ({ detail }) => trigger("refused", { reason: detail }));
