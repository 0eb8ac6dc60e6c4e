// Downloads: the rows of whatever has a name and a CSV button, the picture of a chart, and what other scripts pass in the
// event "save".

const SVG = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} holder @returns {string[][]} */
const rowsOf = (holder) => JSON.parse(holder.querySelector(".rows").textContent);

document.addEventListener("click", (event) => {
  const holder = event.target.closest?.("[data-save=csv]")?.closest("[data-name]");
  if (holder) save(csv(rowsOf(holder)), `${holder.dataset.name}.csv`);
  const chart = event.target.closest?.(".chart [data-save=png]")?.closest(".chart");
  if (chart) draw(chart).then((blob) => blob && save(blob, `${chart.dataset.name}.png`));
});
document.addEventListener("save", ({ detail: { rows, blob, name, excel } }) => save(blob ?? csv(rows, excel), name));

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[-+]?\d+([.,]\d+)*(e[-+]?\d+)?$/i;

// RFC 4180 but for the line ends; with `excel` those too, and the mark by which Excel knows UTF-8. What begins like a
// formula and is no number must not become one in a spreadsheet.
/** @param {string[][]} rows @param {boolean} [excel] */
function csv(rows, excel = false) {
  const plain = (/** @type {string} */ value) => (FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value);
  const quoted = (/** @type {string} */ value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const cell = (/** @type {unknown} */ value) => quoted(plain(String(value)));
  const lines = rows.map((row) => row.map(cell).join(",") + (excel ? "\r\n" : "\n"));
  return new Blob([excel ? "\ufeff" : "", ...lines], { type: "text/csv" });
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const LOOK = `fill fill-opacity stroke stroke-width stroke-dasharray stroke-linejoin stroke-linecap opacity font-family
  font-size font-weight text-anchor dominant-baseline image-rendering paint-order font-variant-numeric`.split(/\s+/);
const TITLE = 34;
const MARGIN = 14;
const SCALE = 3;

/** The size of a title, in pixels, at which it is as wide as its chart at most.
 * @param {string} text @param {string} family @param {number} width @returns {number} */
function fitting(text, family, width) {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  pen.font = `600 14px ${family}`;
  return 14 * Math.min(1, width / pen.measureText(text).width);
}

/** @param {HTMLElement} chart @returns {Promise<Blob | null>} */
async function draw(chart) {
  /** @type {SVGSVGElement} */ const svg = chart.querySelector(".plot:not([hidden]) svg");
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const from = svg.querySelectorAll("*");
  for (const [i, part] of copy.querySelectorAll("*").entries()) {
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
  for (const [name, value] of Object.entries({ ...size, fill: page.backgroundColor }))
    paper.setAttribute(name, String(value));
  const text = { x: MARGIN, y: MARGIN + 14, fill: getComputedStyle(chart).color };
  for (const [name, value] of Object.entries(text)) title.setAttribute(name, String(value));
  const heading = getComputedStyle(chart.querySelector(".heading"));
  const choices = [chart.querySelector('.switch [aria-pressed="true"]')?.textContent];
  const digit = chart.querySelector('[data-digit][aria-pressed="true"]')?.dataset.digit;
  if (digit) choices.push(`${digit} in colour`);
  const said = choices.filter(Boolean).join(", ");
  title.textContent = chart.querySelector(".heading").textContent + (said && ` (${said})`);
  title.style.cssText = `font: 600 ${fitting(title.textContent, heading.fontFamily, width)}px ${heading.fontFamily}`;
  copy.style.overflow = "visible"; // labels at the ends of the axes
  for (const [name, value] of Object.entries({ x: MARGIN, y: MARGIN + TITLE, width, height })) {
    copy.setAttribute(name, String(value));
  }
  sheet.append(copy);
  for (const [name, value] of Object.entries({ width: size.width * SCALE, height: size.height * SCALE })) {
    sheet.setAttribute(name, String(value));
  }
  sheet.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(sheet))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = size.width * SCALE;
  canvas.height = size.height * SCALE;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
