// How many of the ten bars are shown. The bars are all there: the style sheet hides those of a higher rank.

/** @type {HTMLInputElement} */ const slider = element.querySelector(".top-k input");
const answers = element.closest(".getting"); // the half of the tab with the bars, and this
const show = () => {
  answers.style.setProperty("--k", slider.value);
  answers.dataset.k = slider.value;
};

slider.addEventListener("input", show);
show();
