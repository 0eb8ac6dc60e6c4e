// The switch "Look inside". What is behind it is fetched when it is first used. Runs once, with `element` given by gr.HTML.

const section = element.querySelector(".inside");
const look = section.querySelector("input");
const note = section.querySelector(".note");
const reader = new URL("reader/", document.baseURI);

look.addEventListener("change", async () => {
  if (section.dataset.started || !look.checked) return;
  section.dataset.started = "yes";
  note.textContent = "Loading the layers.";
  try {
    const { lookInside } = await import(new URL("components/layers.js", reader).href);
    await lookInside(section, new URL("settings.json", reader));
  } catch (error) {
    console.warn("The layers cannot be shown:", error);
    note.textContent = "The layers could not be loaded. Switch off and on to retry.";
    delete section.dataset.started;
  }
});
