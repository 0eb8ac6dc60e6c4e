// The number as the visitor mends it: rows of signs, digits and separators. Every change makes new rows, so that it can be
// taken back. Touches no element. Runs before look.js, in the same function.

/**
 * @typedef {{ value: string, was: string | null, digit: number | null }} Sign `was` as it was read, null if it was
 *   inserted; `digit` is its place among the digits that were read, null for separators and inserted digits
 * @typedef {{ was: string, signs: Sign[] }} Line a row, and its text as it was read
 */

/** @param {string} text the rows as they were read, one a line */
function mendable(text) {
  let read = 0;
  const isDigit = (/** @type {Sign} */ sign) => sign.value >= "0" && sign.value <= "9";
  const written = (/** @type {Line} */ line) => line.signs.map(({ value }) => value).join("");
  const changed = (/** @type {Line} */ line) => written(line) !== line.was;
  /** @type {Line[]} */ let lines = text.split("\n").map((was) => {
    const signs = [...was].map((value) => /** @type {Sign} */ ({ value, was: value, digit: null }));
    for (const sign of signs) if (isDigit(sign)) sign.digit = read++;
    return { was, signs };
  });
  /** @type {{ lines: Line[], at: number }[]} */ const before = [];

  /** The digits in reading order, each with the number of its row and its place in the row. */
  const digits = () =>
    lines.flatMap(({ signs }, row) => signs.filter(isDigit).map((sign, place) => ({ sign, row, place })));

  /** The signs of the row of a digit, to be changed, and the digit's index in them. @param {number} at */
  function around(at) {
    const { sign, row } = digits()[at];
    const signs = [...lines[row].signs];
    return { row, signs, index: signs.indexOf(sign) };
  }

  /** @param {number} at @param {number} row @param {Sign[]} signs */
  function put(at, row, signs) {
    before.push({ lines, at });
    lines = lines.with(row, { was: lines[row].was, signs });
  }

  /** Makes a digit another one; false if it is that already. @param {number} at @param {string} value */
  function replace(at, value) {
    const { row, signs, index } = around(at);
    if (signs[index].value === value) return false;
    signs[index] = { ...signs[index], value };
    put(at, row, signs);
    return true;
  }

  /** Puts a copy of a digit after it. @param {number} at */
  function insert(at) {
    const { row, signs, index } = around(at);
    signs.splice(index + 1, 0, { value: signs[index].value, was: null, digit: null });
    put(at, row, signs);
  }

  /** Takes a digit away, and separators that have none to stand before; false for the last one. @param {number} at */
  function remove(at) {
    if (digits().length === 1) return false;
    const { row, signs, index } = around(at);
    signs.splice(index, 1);
    const kept = signs.filter((sign, i) => isDigit(sign) || (i + 1 < signs.length && isDigit(signs[i + 1])));
    put(at, row, kept);
    return true;
  }

  /**
   * Puts a separator after a digit, in the place of one that is there; the same again takes it away. From the first digit
   * of a row it goes before the row, and then away. False where it has no place: after the last of several digits.
   * @param {number} at @param {string} value
   */
  function separate(at, value) {
    const { row, signs, index } = around(at);
    const next = signs[index + 1];
    const sign = { value, was: null, digit: null };
    if (next?.value === value) {
      signs.splice(index + 1, 1);
      if (index === 0) signs.unshift(sign);
    } else if (next && !isDigit(next)) signs[index + 1] = { ...next, value };
    else if (index === 1 && signs[0].value === value) signs.shift();
    else if (next) signs.splice(index + 1, 0, sign);
    else if (index === 0) signs.unshift(sign);
    else return false;
    put(at, row, signs);
    return true;
  }

  /** Where a key leads from a digit; null for other keys, and where no row is. @param {string} key @param {number} at */
  function step(key, at) {
    const all = digits();
    const last = all.length - 1;
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    if (key in steps) return Math.min(Math.max(steps[/** @type {keyof steps} */ (key)], 0), last);
    if (key !== "ArrowDown" && key !== "ArrowUp") return null;
    const { row, place } = all[at];
    const others = all.filter((one) => (key === "ArrowDown" ? one.row > row : one.row < row));
    const next = key === "ArrowDown" ? others[0]?.row : others.at(-1)?.row;
    const line = all.filter((one) => one.row === next);
    return line.length ? all.indexOf(line[Math.min(place, line.length - 1)]) : null;
  }

  /** The separator after a digit, or "". @param {number} at */
  function after(at) {
    const { signs, index } = around(at);
    const next = signs[index + 1];
    return next && !isDigit(next) ? next.value : "";
  }

  /** Takes the last change back: the place of its digit, or null if there is none. */
  function undo() {
    const last = before.pop();
    if (!last) return null;
    lines = last.lines;
    return last.at;
  }

  /**
   * The table of the digits with what was mended; what is mended has no confidence, and what is inserted no box.
   * @param {string[][]} table header and a line for each digit that was read
   */
  function table([header, ...given]) {
    const shown = lines.filter(({ signs }) => signs.length);
    const mended = digits().map(({ sign, row, place }) => {
      const line = lines[row];
      const values = sign.digit === null ? header.map(() => "") : given[sign.digit];
      const cells = Object.fromEntries(header.map((name, i) => [name, values[i]]));
      Object.assign(cells, { row: shown.indexOf(line) + 1, place: place + 1 });
      if (changed(line)) Object.assign(cells, { row_text: written(line), row_confidence: "" });
      if (sign.value !== sign.was) Object.assign(cells, { digit: sign.value, confidence: "", doubtful: "no" });
      return header.map((name) => String(cells[name]));
    });
    return [header, ...mended];
  }

  return {
    digits,
    isDigit,
    written,
    changed,
    step,
    after,
    replace,
    insert,
    remove,
    separate,
    undo,
    table,
    lines: () => lines,
    undoable: () => before.length > 0,
    mended: () => lines.some(changed),
    text: () => lines.map(written).filter(Boolean).join("\n"),
  };
}
