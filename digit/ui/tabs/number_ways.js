// Draws or takes pictures: one of the two is on show. A picture that is pasted or dropped anywhere on the tab shows the
// second and is taken there.

const tab = element.closest('[role="tabpanel"]');
const buttons = [...element.querySelectorAll("button")];
const shown = () => element.offsetParent !== null;

/** @param {string | undefined} way */
function show(way) {
  tab.dataset.way = way;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.way === way));
}

for (const button of buttons) button.addEventListener("click", () => show(button.dataset.way));

// Before the zone hears of it: it takes what is pasted only while it is on show.
document.addEventListener("paste", (event) => shown() && event.clipboardData?.files.length && show("picture"), true);

document.addEventListener("dragover", (event) => {
  if (shown() && event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!shown() || event.defaultPrevented || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  show("picture");
  const detail = [...event.dataTransfer.files];
  tab.querySelector("#number-picture .zone").dispatchEvent(new CustomEvent("take", { detail, bubbles: true }));
});

show("drawing");
