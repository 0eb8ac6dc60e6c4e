// The page without a server: puts the parts of the app together, opens tabs, and keeps the page for when there is no
// network.

import announce from "./announce.js";
import canvas from "./canvas.js";
import charts from "./charts.js";
import downloads from "./downloads.js";
import evaluation from "./evaluation.js";
import inside from "./inside.js";
import options from "./options.js";
import page from "./page.js";
import panel from "./panel.js";
import { server } from "./sample.js";
import source from "./source.js";

const part = (/** @type {string} */ name) => document.querySelector(`[data-part=${name}]`);

panel(document.querySelector(".answer-panel > div"));
announce(document.querySelector(".answer-panel > div"));
canvas(document.getElementById("paper"), { props: {}, trigger() {} });
options(part("options"));
source(part("source"));
inside(part("inside"));

const tabs = [...document.querySelectorAll(".tab-container [role=tab]")];
let evaluated = false;

/** @param {HTMLElement} tab */
function open(tab) {
  for (const one of tabs) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.classList.toggle("selected", chosen);
    document.getElementById(one.getAttribute("aria-controls") ?? "").hidden = !chosen;
  }
  if (tab.id === "tab-evaluation-button" && !evaluated) {
    evaluated = true;
    evaluation(document.getElementById("evaluation"), { server });
  }
}
for (const tab of tabs) tab.addEventListener("click", () => open(tab));
page();
charts();
downloads();

const offline = document.querySelector("#model-line .offline");
async function keep() {
  try {
    await navigator.serviceWorker.register("service-worker.js");
    await navigator.serviceWorker.ready;
    offline.textContent = "This page works without a network now.";
  } catch (error) {
    console.info("This page is not kept for later:", error);
  }
}
if (navigator.serviceWorker) {
  if (document.readyState === "complete") keep();
  else addEventListener("load", keep); // the visitor's own files come first
}
