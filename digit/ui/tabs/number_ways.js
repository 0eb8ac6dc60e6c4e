// Draws or takes pictures: one of the two is on show, as the address says (?tab=number&way=pictures). A picture that is
// pasted or dropped anywhere on the tab shows the second and is taken there.

const tab = element.closest('[role="tabpanel"]');
const buttons = [...element.querySelectorAll("button")];
const shown = () => element.offsetParent !== null;

/** @param {string | undefined} way */
function show(way) {
  tab.dataset.way = way;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.way === way));
}

/** @param {string | undefined} way */
function choose(way) {
  show(way);
  const detail = { tab: "number", way: way === "picture" ? "pictures" : "" };
  document.dispatchEvent(new CustomEvent("go", { detail }));
}

function follow() {
  const place = new URLSearchParams(location.search);
  if (place.get("tab") === "number") show(place.has("way") ? "picture" : "drawing");
}

for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.way));

// Before the zone hears of it: it takes what is pasted only while it is on show.
document.addEventListener("paste", (event) => shown() && event.clipboardData?.files.length && choose("picture"), true);

document.addEventListener("dragover", (event) => {
  if (shown() && event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!shown() || event.defaultPrevented || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  choose("picture");
  const detail = [...event.dataTransfer.files];
  tab.querySelector("#number-picture .zone").dispatchEvent(new CustomEvent("take", { detail, bubbles: true }));
});
tab.addEventListener("carried", ({ detail }) => choose(detail));

show("drawing");
follow();
document.addEventListener("place", follow);
