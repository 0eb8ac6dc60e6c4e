// Takes one file: chosen, dropped, pasted anywhere on the tab, or taken with the camera, which is camera.js. Sends it as
// it is, and shows nothing of it: what the page shows is what the server understood. (A browser would hang on a bomb.)

const LARGEST = LARGEST_MB * 1e6;
const zone = element.querySelector(".zone");
/** @type {HTMLInputElement} */ const chooser = element.querySelector("input[type=file]");
const choose = element.querySelector("[data-do=choose]");
const camera = element.querySelector("[data-do=camera]");
let newest = 0;

// Several files at once are left to the other listeners; this component reads a single one.
/** @param {File[]} files */
function take(files) {
  if (files.length < 2 || !chooser.multiple) return send(files[0]);
  given();
  element.dispatchEvent(new CustomEvent("many", { detail: files, bubbles: true }));
}

function given() {
  element.dispatchEvent(new CustomEvent("given", { bubbles: true }));
}

/** @param {string} path @param {string} url @param {string} name */
function give(path, url, name) {
  props.value = { path, url, orig_name: name, meta: { _type: "gradio.FileData" } };
  trigger("input");
}

function toAnswer() {
  element.closest(".workbench").querySelector(".answer").scrollIntoView({ block: "nearest", behavior: "smooth" }); // on a phone
}

/** @param {File} [file] */
async function send(file) {
  if (!file) return;
  given();
  if (file.size > LARGEST) return trigger("refused", { reason: "large" });
  const turn = ++newest;
  zone.classList.add("busy");
  try {
    const { path, url } = await upload(file);
    if (turn !== newest) return; // a newer picture was given meanwhile
    give(path, url, file.name);
    toAnswer();
  } catch {
    if (turn === newest) trigger("refused", { reason: "sending" });
  } finally {
    if (turn === newest) zone.classList.remove("busy");
  }
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

// The camera of the tab, and what it says when it cannot be used

camera.addEventListener("click", () => element.dispatchEvent(new CustomEvent("camera", { bubbles: true })));
element.addEventListener("refuse", ({ detail }) => trigger("refused", { reason: detail }));
