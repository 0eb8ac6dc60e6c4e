// A row of the table: picture, file, number, how sure, what to check. Runs after kept.js and before batch.js.

const asRead = (/** @type {Kept} */ one) => (one.answer?.rows ?? []).map((row) => row.text).join("\n");
const textOf = (/** @type {Kept} */ one) => one.text ?? asRead(one);
const isMended = (/** @type {Kept} */ one) => one.text !== null && one.text !== asRead(one);
const nameOf = (/** @type {Kept} */ one) =>
  one.page > 1 || (one.answer?.pages ?? 1) > 1 ? `${one.name}, page ${one.page}` : one.name;
const doubts = (/** @type {Kept} */ one) =>
  one.checked || isMended(one) ? 0 : (one.answer?.rows ?? []).filter((row) => row.doubtful).length;
// Where nothing was read, there is something to look at.
const leastSure = (/** @type {Kept} */ one) =>
  Math.min(...(one.answer?.rows ?? []).map((row) => row.confidence), one.answer?.rows?.length ? 1 : 0);

/** @param {Entry} one */
function build(one) {
  one.row.replaceChildren();
  const picture = one.row.insertCell();
  picture.className = "small";
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = nameOf(one);
  one.row.append(name);
  for (const kind of ["text", "sure", "doubtful"]) one.row.insertCell().className = kind;
  if (one.answer) fill(one);
}

/** @param {Entry} one */
function fill(one) {
  const { answer, row } = one;
  const [picture, name, text, sure, doubtful] = row.cells;
  name.textContent = nameOf(one);
  if (answer?.error) {
    text.colSpan = 3;
    text.className = "error";
    text.textContent = answer.error;
    if (answer.again && one.file)
      text.append(
        " ",
        Object.assign(document.createElement("button"), {
          type: "button",
          textContent: "Try again",
          className: "again",
        }),
      );
    sure.remove();
    doubtful.remove();
    return;
  }
  picture.replaceChildren(Object.assign(new Image(), { src: answer?.picture, alt: "" }));
  const field = document.createElement("textarea");
  field.value = textOf(one);
  field.rows = Math.max(1, field.value.split("\n").length);
  field.placeholder = "No number";
  field.spellcheck = false;
  field.autocomplete = "off";
  field.setAttribute("inputmode", "decimal");
  field.setAttribute("aria-label", `Number in ${nameOf(one)}`);
  text.replaceChildren(field);
  refresh(one);
}

/** @param {Entry} one */
function refresh(one) {
  const [, , , sure, doubtful] = one.row.cells;
  if (!sure) return;
  const mended = isMended(one);
  const rows = one.answer?.rows ?? [];
  sure.textContent = mended ? "mended" : rows.map((row) => row.sure).join("\n");
  doubtful.textContent = mended || one.checked ? "\u2713" : String(doubts(one) || "");
  doubtful.setAttribute(
    "aria-label",
    mended ? "mended" : one.checked ? "checked" : doubts(one) ? `${doubts(one)} may be wrong` : "",
  );
  one.row.classList.toggle("unsure", doubts(one) > 0);
  one.row.classList.toggle("mended", mended);
}

/** Lines of a CSV: one for each number of a row. @param {Kept} one @returns {unknown[][]} */
function linesOf(one) {
  const { answer } = one;
  const place = [one.name, (answer?.pages ?? 1) > 1 ? one.page : ""];
  if (!answer) return [];
  if (answer.error) return [[...place, "", "", "", "", "", answer.error]];
  const texts = textOf(one).split("\n").filter(Boolean);
  if (!texts.length) return [[...place, "", "", "", "", isMended(one) ? "yes" : "", answer.note || "No number"]];
  return texts.map((text, at) => {
    const read = answer.rows?.[at];
    const same = read?.text === text;
    return [
      ...place,
      at + 1,
      text,
      same ? read.confidence : "",
      same ? (read.doubtful && !one.checked ? "yes" : "no") : "no",
      same ? "no" : "yes",
      "",
    ];
  });
}
