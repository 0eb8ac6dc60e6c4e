// The confusion matrix: words for the cell under the pointer or the focus, arrow keys, counts or percent, the diagonal,
// and the picture to save. A chosen cell is told to the gallery by the event "cell".

{
  /** @param {HTMLElement} target @returns {HTMLElement | null} */
  const cellOf = (target) => target.closest?.(".confusion button");

  /** @param {HTMLElement} cell */
  function say(cell) {
    const words = cell.closest(".matrix").querySelector(".says");
    words.textContent = cell.ariaLabel;
  }
  /** @param {HTMLElement} matrix */
  function hush(matrix) {
    const words = matrix.querySelector(".says");
    const pressed = matrix.querySelector('.confusion [aria-pressed="true"]');
    words.textContent = pressed?.ariaLabel ?? words.dataset.hint ?? "";
  }

  element.addEventListener("pointerover", (event) => {
    const cell = cellOf(event.target);
    if (cell) say(cell);
    else if (event.target.closest?.(".matrix")) hush(event.target.closest(".matrix"));
  });
  element.addEventListener("focusin", (event) => cellOf(event.target) && say(event.target));
  element.addEventListener("focusout", (event) => cellOf(event.target) && hush(event.target.closest(".matrix")));

  /** @type {Record<string, number[]>} */
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  element.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    const step = steps[event.key];
    if (!cell || (!step && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    const [down, right] = step ?? [0, 0];
    const row = Math.min(Math.max(Number(cell.dataset.label) + down, 0), 9);
    const column = step ? Math.min(Math.max(Number(cell.dataset.guess) + right, 0), 9) : event.key === "Home" ? 0 : 9;
    const next = cell.closest("table").tBodies[0].rows[row].cells[column + 1].querySelector("button");
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  element.addEventListener("click", (event) => {
    const cell = cellOf(event.target);
    const unit = event.target.closest?.(".matrix .either button");
    if (cell) {
      const chosen = cell.ariaPressed !== "true";
      const detail = chosen ? { label: cell.dataset.label, guess: cell.dataset.guess } : { label: "", guess: "" };
      cell.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail: { ...detail, words: cell.ariaLabel } }));
    } else if (unit) {
      for (const one of unit.closest(".either").children) one.setAttribute("aria-pressed", String(one === unit));
      unit.closest(".matrix").querySelector(".confusion").dataset.unit = unit.dataset.unit;
    } else if (event.target.dataset?.save === "png" && event.target.closest(".matrix")) {
      savePicture(event.target.closest(".matrix"));
    }
  });
  element.addEventListener("change", (event) => {
    if (event.target.dataset.do !== "dim") return;
    event.target.closest(".matrix").querySelector(".confusion").classList.toggle("dim", event.target.checked);
  });

  // What is chosen in the gallery is marked here too.
  element.addEventListener("filtered", ({ target, detail }) => {
    const matrix = target.closest("[role=tabpanel]").querySelector(".matrix");
    if (!matrix) return;
    for (const cell of matrix.querySelectorAll(".confusion button")) {
      const chosen = cell.dataset.label === detail.label && cell.dataset.guess === detail.guess;
      cell.setAttribute("aria-pressed", String(chosen));
    }
    if (!matrix.querySelector(":focus-visible, button:hover")) hush(matrix);
  });

  /** @param {HTMLElement} matrix */
  function savePicture(matrix) {
    const [CELL, LEFT, TOP, MARGIN, SCALE] = [56, 74, 74, 18, 2];
    const side = LEFT + 10 * CELL + MARGIN;
    const canvas = Object.assign(document.createElement("canvas"), { width: SCALE * side, height: SCALE * side });
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const page = getComputedStyle(element);
    const font = (/** @type {number} */ size, /** @type {number | string} */ weight) =>
      `${weight} ${size}px ${page.fontFamily}`;
    pen.scale(SCALE, SCALE);
    pen.fillStyle = getComputedStyle(document.body).backgroundColor;
    pen.fillRect(0, 0, side, side);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const cell of matrix.querySelectorAll(".confusion td button")) {
      const x = LEFT + Number(cell.dataset.guess) * CELL;
      const y = TOP + Number(cell.dataset.label) * CELL;
      const style = getComputedStyle(cell);
      pen.fillStyle = style.backgroundColor;
      pen.beginPath();
      pen.roundRect(x + 1.5, y + 1.5, CELL - 3, CELL - 3, 6);
      pen.fill();
      if (cell.closest(".none")) continue;
      pen.fillStyle = style.color;
      pen.font = font(16, style.fontWeight);
      // biome-ignore lint/performance/useDomNodeTextContent: the count or the percentage, whichever is shown
      pen.fillText(cell.innerText.trim(), x + CELL / 2, y + CELL / 2);
    }
    pen.fillStyle = page.color;
    pen.font = font(17, 600);
    for (let digit = 0; digit < 10; digit++) {
      pen.fillText(String(digit), LEFT + (digit + 0.5) * CELL, TOP - 16);
      pen.fillText(String(digit), LEFT - 18, TOP + (digit + 0.5) * CELL);
    }
    const share = matrix.querySelector('.either [aria-pressed="true"]').dataset.unit === "share";
    pen.font = font(15, 400);
    pen.fillText(`read as${share ? " (percent of the label)" : ""}`, LEFT + 5 * CELL, 26);
    pen.translate(24, TOP + 5 * CELL);
    pen.rotate(-Math.PI / 2);
    pen.fillText("label", 0, 0);
    canvas.toBlob((blob) => {
      document.dispatchEvent(new CustomEvent("save", { detail: { blob, name: `${matrix.dataset.name}.png` } }));
    }, "image/png");
  }
}
