// The place of the answer takes HTML from the page, as gr.HTML does in the app: what is there already is changed in
// place, so that the bars glide.

/** @param {Node} there @param {Node} wanted */
function change(there, wanted) {
  if (there instanceof Text && wanted instanceof Text) {
    if (there.data !== wanted.data) there.data = wanted.data;
    return;
  }
  if (!(there instanceof Element && wanted instanceof Element && there.nodeName === wanted.nodeName)) {
    there.parentNode?.replaceChild(wanted.cloneNode(true), there);
    return;
  }
  for (const { name } of [...there.attributes]) if (!wanted.hasAttribute(name)) there.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (there.getAttribute(name) !== value) there.setAttribute(name, value);
  const [old, next] = [[...there.childNodes], [...wanted.childNodes]];
  for (const [i, child] of next.entries()) {
    if (old[i]) change(old[i], child);
    else there.append(child.cloneNode(true));
  }
  for (const child of old.slice(next.length)) child.remove();
}

export default (/** @type {HTMLElement} */ element) => {
  const inert = document.implementation.createHTMLDocument(""); // in it, pictures are not loaded
  element.dataset.panel = "";
  element.addEventListener("answer", (event) => {
    const holder = inert.createElement("div");
    holder.innerHTML = event.detail.trim();
    change(element.children[0], document.importNode(holder.children[0], true));
  });
};
