// The button under a mended number, which the style sheet shows. A click sends the text as it was read and as it is mended;
// what the server says of it stays until the text is another. Runs once, with `element`, `props`, `trigger` and `watch` given
// by gr.HTML.

const WAIT_MS = 20000; // then the server is taken for gone

const row = element.querySelector(".send");
const button = element.querySelector("button");
const said = element.querySelector(".said");
/** @type {HTMLElement} */ const panel = element.closest(".workbench").querySelector(".answer-panel");
let sent = ""; // the text
let timer = 0;

const given = () => panel.querySelector(".answer")?.dataset ?? {};

// "" asks; "busy", "thanks" and "refused" follow a click.
/** @param {string} state @param {string} [sentence] */
function show(state, sentence = "") {
  clearTimeout(timer);
  row.dataset.state = state;
  button.setAttribute("aria-disabled", String(state === "busy" || state === "thanks")); // it keeps the focus
  said.textContent = sentence;
}

button.addEventListener("click", () => {
  const { text, mended } = given();
  if (!mended || button.getAttribute("aria-disabled") === "true") return;
  sent = mended;
  show("busy");
  timer = setTimeout(() => show("refused", "The server does not answer: it may not have been stored."), WAIT_MS);
  props.value = { read: text, text: mended };
  trigger("input");
});

watch("value", () => {
  const { state, sentence } = props.value ?? {};
  if (state && row.dataset.state === "busy") show(state, sentence);
});

new MutationObserver(() => {
  if (row.dataset.state && row.dataset.state !== "busy" && given().mended !== sent) show("");
}).observe(panel, { subtree: true, attributeFilter: ["data-mended"] });
show("");
