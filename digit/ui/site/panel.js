// The place of the answer takes HTML from the page, as gr.HTML does in the app: what is there already is changed in
// place, so that the bars glide.

function change(there, wanted) {
  if (there.nodeType !== wanted.nodeType || there.nodeName !== wanted.nodeName) {
    there.replaceWith(wanted.cloneNode(true));
    return;
  }
  if (there.nodeType === Node.TEXT_NODE) {
    if (there.data !== wanted.data) there.data = wanted.data;
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

export default (element) => {
  const inert = document.implementation.createHTMLDocument(""); // in it, pictures are not loaded
  element.dataset.panel = "";
  element.addEventListener("answer", (event) => {
    const holder = inert.createElement("div");
    holder.innerHTML = event.detail.trim();
    change(element.firstElementChild, document.importNode(holder.firstElementChild, true));
  });
};
