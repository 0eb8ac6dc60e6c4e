// Keeps the table in the browser (IndexedDB) over a reload and a closed tab: its answers, small pictures, and the files that
// are not read yet. Where the browser allows no storage, nothing is kept. Runs before rows.js and batch.js.

const STORE = "rows";

/** @type {Promise<IDBDatabase | null>} */
const base = new Promise((done) => {
  try {
    const opening = indexedDB.open("digit-batch", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => done(null);
  } catch {
    done(null);
  }
});

/** What `work` asks of the store; undefined where there is none.
 * @param {(store: IDBObjectStore) => IDBRequest} work @returns {Promise<any>} */
async function stored(work) {
  const database = await base;
  if (!database) return undefined;
  return new Promise((done) => {
    try {
      const request = work(database.transaction(STORE, "readwrite").objectStore(STORE));
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(undefined);
    } catch {
      done(undefined); // the browser's storage is full, or was deleted meanwhile
    }
  });
}

const ORDER = "digit-batch-order";

/** The order of the rows that this window had before a reload. @returns {string} */
function keptOrder() {
  try {
    return sessionStorage.getItem(ORDER) ?? "false";
  } catch {
    return "false";
  }
}

/** @param {string} order */
function keepOrder(order) {
  try {
    sessionStorage.setItem(ORDER, order);
  } catch {} // nothing may be stored
}

// Only one page keeps and shows the table: two would mix theirs.
const alone = new Promise((done) => {
  if (!navigator.locks) return done(true);
  navigator.locks
    .request("digit-batch", () => {
      done(true);
      return new Promise(() => {});
    })
    .catch(() => done(true)); // in a frame that may store nothing, the browser denies locks too
});
