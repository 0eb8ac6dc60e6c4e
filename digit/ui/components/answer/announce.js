// Screen readers say an answer once: when the pen is up and it has stood for a while, not at every move of the pen.
// Runs after the panel's own script, with `element` given.

const SETTLED_MS = 600;
const announced = Object.assign(document.createElement("p"), { className: "announced" });
announced.setAttribute("role", "status");
element.after(announced);
let [said, latest] = ["", ""];
let drawing = false;
let timer = 0;

const words = () =>
  [...element.querySelectorAll(".sentence, .confidence")]
    .map((part) => (part.textContent ?? "").trim())
    .filter(Boolean)
    .join(", ");

function later() {
  clearTimeout(timer);
  if (drawing || latest === said) return;
  timer = setTimeout(() => {
    said = latest;
    announced.textContent = said;
  }, SETTLED_MS);
}

said = latest = words();
new MutationObserver(() => {
  if (words() === latest) return;
  latest = words();
  later();
}).observe(element, { subtree: true, childList: true, characterData: true });
element.closest(".workbench").addEventListener("drawing", (/** @type {any} */ { detail }) => {
  drawing = !detail.finished;
  later();
});
