// The row under an answer. A click sends the right digit; what the server says of it stands in its place until the
// visitor gives something new to read. Runs once, with `element`, `props`, `trigger` and `watch` given by gr.HTML.

const WAIT_MS = 20000; // then the server is taken for gone

const row = element.querySelector(".tell");
const giving = element.closest(".workbench").querySelector(".giving"); // where the visitor draws or gives a picture
const said = element.querySelector(".said");
const undo = element.querySelector("[data-truth=undo]");
/** @type {HTMLElement | null} */ let clicked = null; // the digit that was chosen last
let timer = 0;

// "" asks; "busy", "thanks", "undone" and "refused" follow a click. The style sheet shows what belongs to each.
/** @param {string} state @param {string} [sentence] */
function show(state, sentence = "") {
  clearTimeout(timer);
  row.dataset.state = state;
  if (state === "busy") return; // what stands there stays until the reply is here
  const focused = element.contains(document.activeElement);
  said.textContent = sentence;
  undo.hidden = state !== "thanks";
  if (focused) (undo.hidden ? clicked : undo)?.focus({ preventScroll: true }); // what had the focus may be gone
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-truth]");
  if (!button || row.dataset.state === "busy") return;
  if (button !== undo) clicked = button;
  show("busy");
  timer = setTimeout(() => show("refused", "The server does not answer: it may not have been stored."), WAIT_MS);
  props.value = { truth: button.dataset.truth };
  trigger("input");
});

watch("value", () => {
  const { state, sentence } = props.value ?? {};
  if (state && row.dataset.state === "busy") show(state, sentence);
});

// Anything given anew is asked about anew: a stroke, a tool, a file, a key that clears the paper, a digit laid on it.

const forget = () => row.dataset.state && row.dataset.state !== "busy" && show("");
for (const kind of ["pointerdown", "change", "drop"]) giving.addEventListener(kind, forget, true);
document.addEventListener("paste", forget);
document.addEventListener("digit-image", forget);
document.addEventListener("keydown", (event) => {
  if (event.target === document.body || giving.contains(event.target)) forget();
});
show("");
