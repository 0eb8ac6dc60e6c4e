// The gallery of mistakes: filter, order, how many, one at large, and the way to the drawing paper.

{
  /** @param {HTMLElement} target @returns {HTMLElement | null} */
  const galleryOf = (target) => target.closest?.("[role=tabpanel]")?.querySelector(".gallery");
  /** @param {HTMLElement} gallery @param {string} name @returns {HTMLSelectElement} */
  const filter = (gallery, name) => gallery.querySelector(`[data-filter=${name}]`);
  const visible = (/** @type {HTMLElement} */ gallery) => [
    ...gallery.querySelectorAll(".mistakes > button:not([hidden])"),
  ];

  /** @param {HTMLElement} a @param {HTMLElement} b @param {string} name @returns {number} */
  const differ = (a, b, name) => Number(a.dataset[name]) - Number(b.dataset[name]);
  /** @type {Record<string, (a: HTMLElement, b: HTMLElement) => number>} */
  const orders = {
    sure: (a, b) => differ(a, b, "place"),
    unsure: (a, b) => differ(b, a, "place"),
    label: (a, b) => differ(a, b, "label") || differ(a, b, "guess") || differ(a, b, "place"),
  };

  /** @param {HTMLElement} gallery */
  function arrange(gallery) {
    const [label, guess, order] = ["label", "guess", "order"].map((name) => filter(gallery, name).value);
    const list = gallery.querySelector(".mistakes");
    const all = [.../** @type {HTMLCollectionOf<HTMLElement>} */ (list.children)].sort(orders[order]);
    const fits = (/** @type {HTMLElement} */ one) =>
      (!label || one.dataset.label === label) &&
      (!guess || one.dataset.guess === guess) &&
      (one.dataset.label !== one.dataset.guess || (label && label === guess)); // what is right, when asked for
    const found = all.filter(fits);
    const limit = Number(gallery.dataset.shown);
    for (const one of all) one.hidden = !fits(one);
    for (const one of found.slice(limit)) one.hidden = true;
    list.append(...all);

    const filtered = Boolean(label || guess);
    const amount = gallery.querySelector(".amount");
    amount.dataset.all ??= amount.textContent;
    amount.textContent = filtered ? words(found.length, label, guess) : amount.dataset.all;
    gallery.querySelector("[data-do=more]").hidden = found.length <= limit;
    gallery.querySelector("[data-do=more]").textContent = `Show all ${found.length}`;
    gallery.querySelector("[data-do=reset]").hidden = !filtered;
    gallery.dispatchEvent(new CustomEvent("filtered", { bubbles: true, detail: { label, guess } }));
  }

  /** @param {number} count @param {string} label @param {string} guess */
  function words(count, label, guess) {
    if (label && label === guess)
      return count
        ? `The ${count} least sure of those read right`
        : `The report keeps no picture of what was read right`;
    const what = label && guess ? `${label} read as ${guess}` : label ? `label ${label}` : `read as ${guess}`;
    return `${count || "No"} ${count === 1 ? "mistake" : "mistakes"}: ${what}`;
  }

  const FILTERS = /** @type {const} */ ({ label: "label", guess: "read", order: "order" }); // names in the address

  /** @param {HTMLElement} gallery */
  function keepFilters(gallery) {
    /** @type {Record<string, string>} */ const detail = { tab: "evaluation" };
    for (const [name, param] of Object.entries(FILTERS)) detail[param] = filter(gallery, name).value;
    if (detail.order === Object.keys(orders)[0]) detail.order = "";
    document.dispatchEvent(new CustomEvent("go", { detail }));
    arrange(gallery);
  }

  /** @param {HTMLElement | null} gallery */
  function applyFilters(gallery) {
    const place = new URLSearchParams(location.search);
    if (!gallery) return;
    if (place.get("tab") === "evaluation") {
      for (const [name, param] of Object.entries(FILTERS)) {
        const choice = filter(gallery, name);
        const wanted = place.get(param) ?? "";
        choice.value = [...choice.options].some(({ value }) => value === wanted) ? wanted : choice.options[0].value;
      }
      gallery.querySelector("dialog").close();
    }
    arrange(gallery);
  }

  element.addEventListener("filled", ({ target }) => applyFilters(galleryOf(target)));
  document.addEventListener("place", () => applyFilters(element.querySelector(".gallery")));
  element.addEventListener("change", ({ target }) => target.dataset.filter && keepFilters(target.closest(".gallery")));
  element.addEventListener("cell", ({ target, detail }) => {
    const gallery = galleryOf(target);
    if (!gallery) return;
    for (const name of ["label", "guess"]) filter(gallery, name).value = detail[name];
    keepFilters(gallery);
    const beside = gallery.getBoundingClientRect().left >= target.closest(".matrix").getBoundingClientRect().right;
    if (!beside && detail.label) gallery.scrollIntoView({ block: "start", behavior: "smooth" });
  });

  // One at large

  /** @param {HTMLElement} gallery @param {HTMLElement} sample */
  async function enlarge(gallery, sample) {
    const dialog = gallery.querySelector("dialog");
    const pick = (/** @type {string} */ name) =>
      /** @type {HTMLSelectElement} */ (element.querySelector(`[data-pick=${name}]`)).value;
    const [set, system] = [pick("set"), pick("system")];
    dialog.dataset.index = sample.dataset.index;
    let html;
    try {
      html = await server.sample({ system, set, index: sample.dataset.index });
    } catch {
      html = '<p class="missing">The server does not answer.</p><button type="button" data-do="close">Close</button>';
    }
    if (dialog.dataset.index !== sample.dataset.index) return;
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const held = dialog.contains(focused) ? focused.dataset.do : null;
    dialog.innerHTML = html;
    const list = visible(gallery);
    for (const [name, end] of Object.entries({ before: list[0], after: list.at(-1) })) {
      /** @type {HTMLButtonElement | null} */ const button = dialog.querySelector(`[data-do=${name}]`);
      if (button) button.disabled = sample === end;
    }
    if (!dialog.open) dialog.showModal();
    else (dialog.querySelector(`[data-do=${held}]:not(:disabled)`) ?? dialog.querySelector("[autofocus]"))?.focus();
  }

  /** @param {HTMLElement} dialog @param {number} step */
  function turn(dialog, step) {
    const gallery = dialog.closest(".gallery");
    const list = visible(gallery);
    const next = list[list.findIndex((one) => one.dataset.index === dialog.dataset.index) + step];
    if (next) enlarge(gallery, next);
  }

  /** @type {Record<string, (gallery: HTMLElement, button: HTMLElement) => void>} */
  const deeds = {
    more(gallery) {
      gallery.dataset.shown = "Infinity";
      arrange(gallery);
    },
    reset(gallery) {
      for (const name of ["label", "guess"]) filter(gallery, name).value = "";
      keepFilters(gallery);
      filter(gallery, "label").focus();
    },
    close: (gallery) => gallery.querySelector("dialog").close(),
    before: (gallery) => turn(gallery.querySelector("dialog"), -1),
    after: (gallery) => turn(gallery.querySelector("dialog"), 1),
    draw(gallery, button) {
      /** @type {HTMLImageElement} */ const image = button.closest("dialog").querySelector("figure img");
      gallery.querySelector("dialog").close();
      document.getElementById("tab-draw-button").click();
      scrollTo({ top: 0 });
      document.dispatchEvent(new CustomEvent("digit-image", { detail: { url: image.src, name: button.dataset.name } }));
    },
  };

  element.addEventListener("click", (event) => {
    const gallery = event.target.closest?.(".gallery");
    if (!gallery) return;
    const sample = event.target.closest(".mistakes > button");
    const button = event.target.closest("[data-do]");
    if (sample) enlarge(gallery, sample);
    else if (button) deeds[button.dataset.do ?? ""]?.(gallery, button);
    else if (event.target.matches("dialog")) event.target.closest("dialog").close(); // beside the sheet
  });
  element.addEventListener("keydown", (event) => {
    const dialog = event.target.closest?.("dialog");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (dialog && step) turn(dialog, step);
  });
}
