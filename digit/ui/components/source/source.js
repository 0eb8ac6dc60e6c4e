// Where drawings are read. The modules that read them in this browser are fetched once the paper can be drawn on; until
// then, and where they cannot run, the server answers. Runs once, with `element` given by gr.HTML.

const tab = element.closest(".workbench");
const line = element.querySelector(".source");
const paper = tab.querySelector("#paper canvas");

// The switch under the answer asks anew; Gradio learns of it after this listener, so the question waits for a turn.
tab.addEventListener("change", (event) => {
  if (event.target.matches(".why input"))
    setTimeout(() => paper.dispatchEvent(new CustomEvent("ask", { bubbles: true })));
});

const reader = new URL("reader/", document.baseURI);
const start = async () => {
  try {
    const { readDrawings } = await import(new URL("draw.js", reader).href);
    await readDrawings(tab, new URL("settings.json", reader));
  } catch (error) {
    console.warn("Drawings are read on the server:", error); // it goes on as before
    line.hidden = true;
  }
};
if (!line.hidden) (window.requestIdleCallback ?? setTimeout)(start);
