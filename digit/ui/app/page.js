// Every tab has a link of its own: ?tab=evaluation opens it, and opening it puts that into the address.
const open = (/** @type {string | undefined} */ name) => document.getElementById(`tab-${name}-button`)?.click();
const asked = new URLSearchParams(location.search).get("tab");
if (asked && /^[a-z]+$/.test(asked)) open(asked);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-tab]");
  if (link) {
    event.preventDefault();
    open(link.dataset.tab);
    scrollTo({ top: 0 });
    return;
  }
  const tab = event.target.closest('[role="tab"]')?.id.match(/^tab-([a-z]+)-button$/)?.[1];
  if (!tab) return;
  event.target.closest("button").scrollIntoView({ block: "nearest", inline: "nearest" });
  const address = new URL(location.href);
  address.searchParams.set("tab", tab);
  history.replaceState(history.state, "", address);
});
