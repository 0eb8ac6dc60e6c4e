// Keeps every file of one version of the site, and answers with them before the network is asked: the files of a version
// belong together. A new version is fetched beside the old one, and takes over when no page of the old one is open.

const PREFIX = `digit ${registration.scope} `; // other sites of the same host keep theirs
const CACHE = PREFIX + VERSION;

addEventListener("install", (event) => {
  const asked = FILES.map((file) => new Request(file, { cache: "no-cache" })); // what the page has just fetched is not sent again
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(asked)));
});

addEventListener("activate", (event) => {
  const old = (/** @type {string} */ name) => name.startsWith(PREFIX) && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

/** @param {Request} request */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const page = request.mode === "navigate";
  const found = await cache.match(page ? "./" : request, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(registration.scope)) return;
  const page = request.mode === "navigate";
  // Another file than the page itself may be opened too, as the licence.
  if (
    page &&
    !["", "index.html"].includes(new URL(request.url).pathname.slice(new URL(registration.scope).pathname.length))
  )
    return;
  event.respondWith(answer(request));
});
