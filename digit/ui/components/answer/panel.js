// The place of the answer takes HTML from the page itself as well as from the server, and says when the server's comes.
// Runs once, with `element`, `props` and `watch` given by gr.HTML.

element.dataset.panel = "";
element.addEventListener("answer", (event) => {
  props.value = event.detail; // the elements are changed in place, before the next picture of the screen
});
watch("value", () => element.dispatchEvent(new CustomEvent("answered", { bubbles: true })));
