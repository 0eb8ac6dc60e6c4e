// The Evaluation tab: model, set and part are chosen here, and the server is asked for a part when it is looked at.
// The address says what is on show (?tab=evaluation&model=...&set=...&part=...), so that it can be sent to someone.

const picks = element.querySelector(".picks");
/** @type {HTMLSelectElement} */ const model = picks.querySelector("[data-pick=system]");
/** @type {HTMLSelectElement} */ const set = picks.querySelector("[data-pick=set]");
const tabs = [...element.querySelectorAll("[role=tab]")];
/** @type {Record<string, [string, string][]>} names and titles, by model */
const sets = JSON.parse(picks.dataset.sets ?? "");
const chosenTab = () => tabs.find((t) => t.ariaSelected === "true") ?? tabs[0];
/** @param {HTMLElement} tab */
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls") ?? "");
const chosen = () => ({ system: model.value, set: set.value });

/** @param {string | null} wanted */
function fillSets(wanted) {
  set.replaceChildren(...sets[model.value].map(([name, title]) => new Option(title, name)));
  if (wanted && sets[model.value].some(([name]) => name === wanted)) set.value = wanted;
  set.disabled = set.length < 2;
}

async function show() {
  const tab = chosenTab();
  const part = tab.dataset.part;
  const panel = panelOf(tab);
  picks.hidden = tab.dataset.chosen === "0";
  const key = picks.hidden ? "whole" : JSON.stringify(chosen());
  if (panel.dataset.shows === key) return;
  panel.dataset.shows = key;
  panel.setAttribute("aria-busy", "true");
  let html;
  try {
    html = await server.part({ part, ...chosen() });
  } catch {
    html = '<p class="missing">The server does not answer. Choose again to retry.</p>';
    if (panel.dataset.shows === key) panel.dataset.shows = "";
  }
  if (panel.dataset.shows && panel.dataset.shows !== key) return; // something else was chosen meanwhile
  panel.innerHTML = html;
  panel.removeAttribute("aria-busy");
  panel.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
}

/** @param {HTMLElement} tab */
function open(tab) {
  for (const t of tabs) {
    t.setAttribute("aria-selected", String(t === tab));
    t.tabIndex = t === tab ? 0 : -1;
    panelOf(t).hidden = t !== tab;
  }
  const strip = /** @type {HTMLElement} */ (tab.parentElement);
  strip.scrollTo({ left: tab.offsetLeft - strip.clientWidth / 2 });
  show();
}

function remember() {
  const detail = { tab: "evaluation", model: model.value, set: set.value, part: chosenTab().dataset.part };
  document.dispatchEvent(new CustomEvent("go", { detail }));
}

function follow() {
  const place = new URLSearchParams(location.search);
  if (place.get("tab") !== "evaluation") return;
  const wanted = place.get("model") ?? "";
  model.value = Object.hasOwn(sets, wanted) ? wanted : model.options[0].value;
  fillSets(place.get("set"));
  open(tabs.find((t) => t.dataset.part === place.get("part")) ?? tabs[0]);
}

model.addEventListener("change", () => {
  fillSets(set.value);
  show();
  remember();
});
set.addEventListener("change", () => {
  show();
  remember();
});
element.addEventListener("click", (event) => {
  const tab = event.target.closest(".parts [role=tab]");
  if (!tab) return;
  open(tab);
  remember();
});
element.addEventListener("keydown", (event) => {
  const at = tabs.indexOf(event.target);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (at < 0 || !step) return;
  event.preventDefault();
  const next = tabs[(at + step + tabs.length) % tabs.length];
  next.focus();
  open(next);
  remember();
});

fillSets(null);
open(tabs[0]);
follow();
document.addEventListener("place", follow);
