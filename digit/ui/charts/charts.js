// Charts answer the pointer and the arrow keys in words, and give their picture and their numbers away. One listener
// of each kind for the whole page, because the charts come and go with the tabs.

const SVG = "http://www.w3.org/2000/svg";
const known = new WeakMap();

// What can be asked

function marksOf(plot) {
  if (!known.has(plot)) {
    const rows = JSON.parse(plot.querySelector(".marks").textContent);
    known.set(
      plot,
      rows.map(([x, y, words, series = "", picture = -1]) => ({ x, y, words, series, picture })),
    );
  }
  return known.get(plot);
}

function cellOf(plot) {
  const [width, height] = (plot.dataset.cell ?? "1 1").split(" ").map(Number);
  return { width, height };
}

function nearest(plot, event) {
  const svg = plot.querySelector("svg");
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const cell = cellOf(plot);
  const reach = Number(plot.dataset.reach ?? Infinity);
  let best = null;
  let least = Infinity;
  for (const mark of marksOf(plot)) {
    const dx = (mark.x - place.x) / cell.width;
    const dy = (mark.y - place.y) / cell.height;
    const distance = plot.dataset.cell ? Math.max(Math.abs(dx), Math.abs(dy)) : Math.hypot(dx, dy);
    if (distance < least) [best, least] = [mark, distance];
  }
  return least <= (plot.dataset.cell ? 0.5 : reach) ? best : null;
}

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

const current = new WeakMap();

function tipOf(plot) {
  let tip = plot.querySelector(".tip");
  if (!tip) {
    tip = document.createElement("div");
    tip.className = "tip";
    tip.setAttribute("role", "status");
    tip.append(document.createElement("span"), document.createElement("p"));
    plot.append(tip);
  }
  return tip;
}

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
  for (const [name, value] of Object.entries(places)) here.setAttribute(name, value);
  here.setAttribute("class", "here");
  svg.append(here);
  for (const part of svg.querySelectorAll("[data-series]")) {
    part.classList.toggle("near", part.dataset.series === mark.series);
  }

  const tip = tipOf(plot);
  const [thumb, words] = tip.children;
  words.textContent = mark.words;
  const sprite = document.getElementById(plot.closest(".chart").dataset.sprite ?? "");
  thumb.hidden = !sprite || mark.picture < 0;
  if (!thumb.hidden) {
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

function hide(plot) {
  current.delete(plot);
  plot.querySelector(".here")?.remove();
  for (const part of plot.querySelectorAll(".near")) part.classList.remove("near");
  plot.querySelector(".tip")?.classList.remove("shown");
}

let pointed = null;
const point = (event) => {
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
    for (const one of chart.querySelectorAll(".switch button")) one.setAttribute("aria-pressed", one === button);
    for (const plot of chart.querySelectorAll(".plot")) plot.hidden = plot.dataset.view !== button.dataset.view;
  } else if (button.dataset.digit) {
    for (const one of chart.querySelectorAll("[data-digit]")) one.setAttribute("aria-pressed", one === button);
    for (const part of chart.querySelectorAll("svg [data-series]")) {
      const on = part.dataset.series === button.dataset.digit;
      part.classList.toggle("on", on);
      if (on) part.parentElement.append(part); // on top of the others
    }
  } else if (button.dataset.save === "png") {
    draw(chart).then((blob) => save(blob, `${chart.dataset.name}.png`));
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const details = event.target;
    if (!details.matches?.(".chart details.numbers") || !details.open || details.querySelector("table")) return;
    const chart = details.closest(".chart");
    const rows = rowsOf(chart);
    const table = document.createElement("table");
    for (const [i, row] of rows.entries()) {
      const line = (i ? (table.tBodies[0] ?? table.createTBody()) : table.createTHead()).insertRow();
      for (const value of row) {
        const cell = line.appendChild(document.createElement(i ? "td" : "th"));
        if (!i) cell.scope = "col";
        cell.textContent = i ? value : value.replaceAll("_", " ");
      }
    }
    const box = document.createElement("div");
    box.className = "scroll";
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `${chart.querySelector(".heading").textContent}: numbers`);
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
  const heads = [...head.parentElement.cells];
  const column = heads.indexOf(head);
  const first = head.dataset.better === "high" ? "descending" : "ascending";
  const order = head.ariaSort !== first ? first : first === "ascending" ? "descending" : "ascending";
  for (const other of heads) other.ariaSort = other === head ? order : "none";
  const sign = order === "ascending" ? 1 : -1;
  const key = (row) => (column ? row.cells[column].dataset.value : row.cells[0].textContent);
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === undefined || right === undefined) return (left === undefined) - (right === undefined);
    return sign * (column ? left - right : left.localeCompare(right));
  });
  table.tBodies[0].append(...rows);
});

// Downloads: the rows of whatever has a name and a CSV button, and what other scripts hand over in the event "save"

const rowsOf = (holder) => JSON.parse(holder.querySelector(".rows").textContent);

document.addEventListener("click", (event) => {
  const holder = event.target.closest?.("[data-save=csv]")?.closest("[data-name]");
  if (holder) save(csv(rowsOf(holder)), `${holder.dataset.name}.csv`);
});
document.addEventListener("save", ({ detail: { rows, blob, name, excel } }) => save(blob ?? csv(rows, excel), name));

// RFC 4180 but for the line ends; with `excel` those too, and the mark by which Excel knows UTF-8.
function csv(rows, excel = false) {
  const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows.map((row) => row.map((value) => quoted(String(value))).join(",") + (excel ? "\r\n" : "\n"));
  return new Blob([excel ? "\ufeff" : "", ...lines], { type: "text/csv" });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const LOOK = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-linecap",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
  "image-rendering",
  "paint-order",
  "font-variant-numeric",
];
const TITLE = 34;
const MARGIN = 14;
const SCALE = 3;

async function draw(chart) {
  const svg = chart.querySelector(".plot:not([hidden]) svg");
  const copy = svg.cloneNode(true);
  const from = svg.querySelectorAll("*");
  for (const [i, part] of [...copy.querySelectorAll("*")].entries()) {
    const look = getComputedStyle(from[i]);
    if (look.display === "none" || part.classList.contains("here")) {
      part.remove();
      continue;
    }
    for (const name of LOOK) part.style.setProperty(name, look.getPropertyValue(name));
  }
  const { width, height } = svg.viewBox.baseVal;
  const size = { width: width + 2 * MARGIN, height: height + TITLE + 2 * MARGIN };
  const sheet = document.createElementNS(SVG, "svg");
  const page = getComputedStyle(document.body);
  const paper = sheet.appendChild(document.createElementNS(SVG, "rect"));
  const title = sheet.appendChild(document.createElementNS(SVG, "text"));
  for (const [name, value] of Object.entries({ ...size, fill: page.backgroundColor })) paper.setAttribute(name, value);
  const text = { x: MARGIN, y: MARGIN + 14, fill: getComputedStyle(chart).color };
  for (const [name, value] of Object.entries(text)) title.setAttribute(name, value);
  const heading = getComputedStyle(chart.querySelector(".heading"));
  title.style.cssText = `font: 600 14px ${heading.fontFamily}`;
  const choices = [chart.querySelector('.switch [aria-pressed="true"]')?.textContent];
  const digit = chart.querySelector('[data-digit][aria-pressed="true"]')?.dataset.digit;
  if (digit) choices.push(`${digit} in colour`);
  const said = choices.filter(Boolean).join(", ");
  title.textContent = chart.querySelector(".heading").textContent + (said && ` (${said})`);
  copy.style.overflow = "visible"; // labels at the ends of the axes
  for (const [name, value] of Object.entries({ x: MARGIN, y: MARGIN + TITLE, width, height })) {
    copy.setAttribute(name, value);
  }
  sheet.append(copy);
  for (const [name, value] of Object.entries({ width: size.width * SCALE, height: size.height * SCALE })) {
    sheet.setAttribute(name, value);
  }
  sheet.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(sheet))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = size.width * SCALE;
  canvas.height = size.height * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
