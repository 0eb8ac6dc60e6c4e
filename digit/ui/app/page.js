// The address says what is on show, so that it can be sent to someone, and the browser's Back goes where one was. A part of
// a tab says with the event "go" what it shows now, as in { tab: "number", way: "pictures" }, and hears with "place" that
// the address has changed by itself. Each tab keeps its address while another is open.

const strip = document.querySelector("#tabs > .tab-wrapper [role=tablist]");
const tabs = [...strip.querySelectorAll("[role=tab]")];
/** @param {string | undefined | null} name */
const tabOf = (name) => tabs.find((tab) => tab.id === `tab-${name}-button`);
const nameOf = (/** @type {HTMLElement} */ tab) => tab.id.replace(/^tab-(.*)-button$/, "$1");
const asked = () => nameOf(tabOf(new URLSearchParams(location.search).get("tab")) ?? tabs[0]);

let here = nameOf(tabs[0]); // the open tab
let moving = false; // as the address says: there is nothing to write
/** @type {Record<string, string>} */ const searches = {}; // of each tab, as it was left

/** @param {string} search @param {boolean} [replace] */
function write(search, replace = false) {
  const address = new URL(location.href);
  const settings = [...address.searchParams].filter(([name]) => name.startsWith("__")); // Gradio's own
  address.search = search;
  for (const [name, value] of settings) address.searchParams.set(name, value);
  if (address.href === location.href) return;
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState(history.state, "", address);
}

/** @param {string} name */
function opened(name) {
  here = name;
  const open = /** @type {HTMLElement} */ (tabOf(name));
  document.title = `${(open.textContent ?? "").trim()} \u00b7 digit`;
  for (const tab of tabs) tab.tabIndex = tab === open ? 0 : -1;
  open.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!moving) write(searches[name] ?? `?tab=${name}`);
}

function follow() {
  const name = asked();
  searches[name] = location.search;
  moving = true;
  if (name === here) opened(name);
  else tabOf(name)?.click();
  moving = false;
  document.dispatchEvent(new CustomEvent("place"));
}

document.addEventListener("go", ({ detail: { tab, replace, when, ...changes } }) => {
  const params = new URLSearchParams(tab === here ? location.search : searches[tab]);
  if (when && !when(params)) return;
  params.set("tab", tab);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  searches[tab] = `?${params}`;
  if (tab === here) write(searches[tab], replace);
});
addEventListener("popstate", follow);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-tab]");
  if (link) {
    event.preventDefault();
    tabOf(link.dataset.tab)?.click();
    scrollTo({ top: 0 });
    if (link.hasAttribute("data-carry")) carry(link.closest(".workbench"));
    return;
  }
  const tab = tabs.find((one) => one.contains(event.target));
  if (tab) opened(nameOf(tab));
});

// What was given on one tab is carried to another, which may not have been opened before.

/** @type {Record<string, (given: unknown) => void>} */ const takers = {};
/** @type {{ kind: string, given: unknown } | null} */ let carried = null;

/** @param {HTMLElement} bench */
function carry(bench) {
  const detail = { kind: "", given: null };
  bench.dispatchEvent(new CustomEvent("carry", { detail }));
  carried = detail;
  hand();
}
function hand() {
  if (!carried || !takers[carried.kind]) return;
  const { kind, given } = carried;
  carried = null;
  takers[kind](given);
}
document.addEventListener("hand", ({ detail: { tab, ...given } }) => {
  tabOf(tab)?.click();
  carried = given;
  hand();
});
document.addEventListener("taker", ({ detail: { kind, take } }) => {
  takers[kind] = take;
  hand();
});

// By keyboard, the tabs are one stop.

strip.setAttribute("aria-label", "Tabs");
strip.addEventListener("keydown", (event) => {
  const at = tabs.indexOf(event.target);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = tabs.at(to % tabs.length);
  next?.focus();
  next?.click();
});

follow();
