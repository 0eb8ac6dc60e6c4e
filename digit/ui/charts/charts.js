// Charts answer the pointer and the arrow keys in words, and show their numbers as a table; tables sort. One
// listener of each kind for the whole page, because the charts come and go with the tabs.

const SVG = "http://www.w3.org/2000/svg";
/** @typedef {{ x: number, y: number, words: string, series: string, picture: number }} Mark a place of a chart */
/** @type {WeakMap<Element, Mark[]>} */ const known = new WeakMap();

// What can be asked

/** @param {HTMLElement} plot @returns {Mark[]} */
function marksOf(plot) {
  const read = known.get(plot);
  if (read) return read;
  /** @type {[number, number, string, string?, number?][]} */
  const rows = JSON.parse(plot.querySelector(".marks").textContent);
  const marks = rows.map(([x, y, words, series = "", picture = -1]) => ({ x, y, words, series, picture }));
  known.set(plot, marks);
  return marks;
}

/** @param {HTMLElement} plot */
function cellOf(plot) {
  const [width, height] = (plot.dataset.cell ?? "1 1").split(" ").map(Number);
  return { width, height };
}

/** @param {HTMLElement} plot @param {PointerEvent} event */
function nearest(plot, event) {
  const svg = plot.querySelector("svg");
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
  const cell = cellOf(plot);
  const reach = Number(plot.dataset.reach ?? Infinity);
  /** @type {Mark | null} */ let best = null;
  let least = Infinity;
  for (const mark of marksOf(plot)) {
    const dx = (mark.x - place.x) / cell.width;
    const dy = (mark.y - place.y) / cell.height;
    const distance = plot.dataset.cell ? Math.max(Math.abs(dx), Math.abs(dy)) : Math.hypot(dx, dy);
    if (distance < least) [best, least] = [mark, distance];
  }
  return least <= (plot.dataset.cell ? 0.5 : reach) ? best : null;
}

/** @param {HTMLElement} plot @param {Mark | undefined} from @param {string} key */
function beside(plot, from, key) {
  const marks = marksOf(plot);
  if (!from) return marks[0];
  if (key === "Home") return marks[0];
  if (key === "End") return marks.at(-1);
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  if (from.series && sideways) {
    const line = marks.filter((mark) => mark.series === from.series);
    return line[line.indexOf(from) + sign] ?? from;
  }
  const cell = cellOf(plot);
  let best = from;
  let least = Infinity;
  for (const mark of marks) {
    if (from.series && mark.series === from.series) continue;
    const dx = (mark.x - from.x) / cell.width;
    const dy = (mark.y - from.y) / cell.height;
    const along = sign * (sideways ? dx : dy);
    const aside = Math.abs(sideways ? dy : dx);
    if (mark === from || along < 0 || (along === 0 && !from.series)) continue;
    // On a line stay above the same place; among points go where the arrow points.
    const distance = from.series ? along + 4 * aside : along + 2 * aside;
    if (distance < least) [best, least] = [mark, distance];
  }
  return best;
}

// The answer

/** @type {WeakMap<Element, Mark>} */ const current = new WeakMap();

/** @param {HTMLElement} plot */
function tipOf(plot) {
  /** @type {HTMLElement} */ let tip = plot.querySelector(".tip");
  if (!tip) {
    tip = document.createElement("div");
    tip.className = "tip";
    tip.setAttribute("role", "status");
    tip.append(document.createElement("span"), document.createElement("p"));
    plot.append(tip);
  }
  return tip;
}

/** @param {HTMLElement} plot @param {Mark | null} [mark] */
function show(plot, mark) {
  if (current.get(plot) === mark) return;
  hide(plot);
  if (!mark) return;
  current.set(plot, mark);
  const svg = plot.querySelector("svg");
  const cell = plot.dataset.cell ? cellOf(plot) : null;
  const here = document.createElementNS(SVG, cell ? "rect" : "circle");
  const places = cell
    ? { x: mark.x - cell.width / 2, y: mark.y - cell.height / 2, ...cell }
    : { cx: mark.x, cy: mark.y, r: 6 };
  for (const [name, value] of Object.entries(places)) here.setAttribute(name, String(value));
  here.setAttribute("class", "here");
  svg.append(here);
  for (const part of /** @type {NodeListOf<SVGElement>} */ (svg.querySelectorAll("[data-series]"))) {
    part.classList.toggle("near", part.dataset.series === mark.series);
  }

  const tip = tipOf(plot);
  const [thumb, words] = /** @type {HTMLCollectionOf<HTMLElement>} */ (tip.children);
  words.textContent = mark.words;
  /** @type {HTMLImageElement | null} */
  const sprite = document.getElementById(plot.closest(".chart").dataset.sprite ?? "");
  thumb.hidden = !sprite || mark.picture < 0;
  if (sprite && !thumb.hidden) {
    const columns = sprite.naturalWidth / 28;
    thumb.style.backgroundImage = `url(${sprite.src})`;
    thumb.style.backgroundSize = `${columns * 56}px auto`;
    thumb.style.backgroundPosition = `${-56 * (mark.picture % columns)}px ${-56 * Math.floor(mark.picture / columns)}px`;
  }
  tip.classList.add("shown");
  const scale = svg.clientWidth / svg.viewBox.baseVal.width;
  const left = Math.min(Math.max(mark.x * scale - tip.offsetWidth / 2, 0), plot.clientWidth - tip.offsetWidth);
  const away = ((cell?.height ?? 12) / 2) * scale + 8;
  const above = mark.y * scale - tip.offsetHeight - away;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > -24 ? above : mark.y * scale + away}px`;
}

/** @param {HTMLElement} plot */
function hide(plot) {
  current.delete(plot);
  plot.querySelector(".here")?.remove();
  for (const part of plot.querySelectorAll(".near")) part.classList.remove("near");
  plot.querySelector(".tip")?.classList.remove("shown");
}

/** @type {HTMLElement | null} */ let pointed = null;
const point = (/** @type {From<PointerEvent>} */ event) => {
  const plot = event.target.closest?.(".chart .plot");
  if (pointed && pointed !== plot && pointed !== document.activeElement) hide(pointed);
  pointed = plot;
  if (plot) show(plot, nearest(plot, event));
};
document.addEventListener("pointermove", point);
document.addEventListener("pointerdown", point);
document.documentElement.addEventListener("pointerleave", () => pointed && hide(pointed));
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.(".chart .plot")) hide(event.target);
});
document.addEventListener("keydown", (event) => {
  const plot = event.target.closest?.(".chart .plot");
  if (!plot || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") return hide(plot);
  if (!/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) return;
  event.preventDefault();
  show(plot, beside(plot, current.get(plot), event.key));
});

// Switches, digits picked out, the numbers

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".chart button");
  const chart = button?.closest(".chart");
  if (!chart) return;
  if (button.dataset.view) {
    for (const one of chart.querySelectorAll(".switch button"))
      one.setAttribute("aria-pressed", String(one === button));
    for (const plot of chart.querySelectorAll(".plot")) plot.hidden = plot.dataset.view !== button.dataset.view;
  } else if (button.dataset.digit) {
    for (const one of chart.querySelectorAll("[data-digit]")) one.setAttribute("aria-pressed", String(one === button));
    for (const part of chart.querySelectorAll("svg [data-series]")) {
      const on = part.dataset.series === button.dataset.digit;
      part.classList.toggle("on", on);
      if (on) part.parentElement?.append(part); // on top of the others
    }
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const details = /** @type {HTMLDetailsElement} */ (/** @type {Element} */ (event.target));
    if (!details.matches?.(".chart details.numbers") || !details.open || details.querySelector("table")) return;
    const chart = details.closest(".chart");
    /** @type {string[][]} */ const rows = JSON.parse(chart.querySelector(".rows").textContent);
    const table = document.createElement("table");
    for (const [i, row] of rows.entries()) {
      const line = (i ? (table.tBodies[0] ?? table.createTBody()) : table.createTHead()).insertRow();
      for (const value of row) {
        const cell = line.appendChild(document.createElement(i ? "td" : "th"));
        if (!i) cell.setAttribute("scope", "col");
        cell.textContent = i ? value : value.replaceAll("_", " ");
      }
    }
    const box = document.createElement("div");
    box.className = "scroll";
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `${chart.querySelector(".heading").textContent}: values`);
    box.append(table);
    details.append(box);
  },
  true,
);

// Tables that sort: the first click puts the best on top, what was not measured stays at the end

document.addEventListener("click", (event) => {
  const head = event.target.closest?.(".sortable thead button")?.closest("th");
  if (!head) return;
  const table = head.closest("table");
  const heads = [.../** @type {HTMLTableRowElement} */ (head.parentElement).cells];
  const column = heads.indexOf(head);
  const first = head.dataset.better === "high" ? "descending" : "ascending";
  const order = head.ariaSort !== first ? first : first === "ascending" ? "descending" : "ascending";
  for (const other of heads) other.ariaSort = other === head ? order : "none";
  const sign = order === "ascending" ? 1 : -1;
  const key = (/** @type {HTMLTableRowElement} */ row) =>
    column ? row.cells[column].dataset.value : row.cells[0].textContent;
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return sign * (column ? Number(left) - Number(right) : left.localeCompare(right));
  });
  table.tBodies[0].append(...rows);
});
