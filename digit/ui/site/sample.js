// A mistake at large. Those of the site's own model are worked out when the site is made; those of the models beside it
// are put together from the gallery's picture and table of probabilities.

import { percent } from "../reader/recognition/prediction.js";

/** @type {Map<string, Record<string, string>>} the answers for each set, by index */
const kept = new Map();

/** @param {string} name */
async function get(name) {
  const response = await fetch(new URL(`evaluation/${name}`, document.baseURI));
  if (!response.ok) throw new Error(`${name}: status ${response.status}`);
  return response;
}

/** @param {string} set @returns {Promise<Record<string, string>>} */
async function samples(set) {
  const found = kept.get(set) ?? (await (await get(`samples-${set}.json`)).json());
  kept.set(set, found);
  return found;
}

/** @param {string} template @param {string} index @param {string} title */
function fromGallery(template, index, title) {
  const gallery = document.querySelector("#evaluation [role=tabpanel]:not([hidden]) .gallery");
  const button = gallery.querySelector(`[data-index="${index}"]`);
  const { label, guess } = button.dataset;
  /** @type {string[][]} */ const rows = JSON.parse(gallery.querySelector(".rows").textContent);
  const row = /** @type {string[]} */ (rows.find((one) => one[0] === String(index)));
  const holder = document.createElement("div");
  holder.innerHTML = template;
  const part = (/** @type {string} */ selector) => holder.querySelector(selector);
  part("#sample-title").textContent = part("[data-do=draw]").dataset.name = `${title}, digit ${index}`;
  const verdict = `The label says <b>${label}</b>. It was read as <b>${guess}</b>, ${percent(Number(row[3]))} sure.`;
  part(".verdict").innerHTML = verdict;
  part(".large > .disputed")?.remove();
  if (row[4] === "1")
    part(".verdict").insertAdjacentHTML("afterend", '<p class="disputed">Most annotators dispute this label.</p>');
  for (const figure of [...holder.querySelectorAll(".looks figure")].slice(1)) figure.remove();
  part(".looks img").setAttribute("src", button.querySelector("img").src);
  for (const [digit, item] of holder.querySelectorAll(".ten li").entries()) {
    const p = Number(row[5 + digit]);
    item.className = digit === Number(guess) ? "guess" : digit === Number(label) ? "label" : "";
    item.style.setProperty("--share", String(p));
    item.dataset.p = String(p);
    item.querySelector(".value").textContent = percent(p);
    item.querySelector(".note").textContent = { guess: "read", label: "label" }[item.className] ?? "";
  }
  return holder.innerHTML;
}

/** What the server answers in the app: a part of the evaluation, and a mistake at large. */
export const server = {
  /** @param {{ part: string, system: string, set: string }} asked */
  async part({ part, system, set }) {
    const whole = document.getElementById(`part-${part}-tab`).dataset.chosen === "0";
    return (await get(whole ? `${part}.html` : `${part}-${system}-${set}.html`)).text();
  },
  /** @param {{ system: string, set: string, index: string }} asked */
  async sample({ system, set, index }) {
    /** @type {HTMLSelectElement} */ const model = document.querySelector("[data-pick=system]");
    const own = model.options[0].value;
    const found = await samples(set);
    if (system === own) return found[index];
    /** @type {HTMLSelectElement} */ const sets = document.querySelector("[data-pick=set]");
    return fromGallery(Object.values(found)[0], index, sets.selectedOptions[0].text);
  },
};
