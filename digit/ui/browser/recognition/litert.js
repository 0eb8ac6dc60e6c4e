// Runs a `.tflite` classifier of digit images with LiteRT.js, on the processor, in this browser.

/** @typedef {(digitImage: Float32Array) => Promise<Float32Array>} Logits 784 numbers to ten */

// A WebAssembly module that uses SIMD, which the runtime wants.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Whether this browser can run it at all. @returns {boolean} */
export function isSupported() {
  return typeof WebAssembly === "object" && WebAssembly.validate(SIMD) && typeof DecompressionStream === "function";
}

/** @param {URL} address @returns {Promise<Response>} */
async function get(address) {
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`${address.pathname}: status ${response.status}`);
  return response;
}

/** @param {URL} address of a file that is compressed with gzip @returns {Promise<ArrayBuffer>} */
async function unpacked(address) {
  const packed = await (await get(address)).arrayBuffer();
  const [first, second] = new Uint8Array(packed, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return packed; // some file servers let the browser unpack what ends in .gz
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** @type {Promise<any> | null} */ let loaded = null; // the runtime is one for all models of the page

/** @param {{ runtime: URL, glue: URL, wasm: URL }} files @returns {Promise<any>} LiteRT.js, ready */
function loadRuntime(files) {
  loaded ??= Promise.all([import(files.runtime.href), unpacked(files.wasm)]).then(async ([litert, wasmBinary]) => {
    const page = /** @type {any} */ (self);
    page.Module = { wasmBinary, print() {}, printErr() {} }; // the glue takes its settings from here, and forgets them
    await withoutGpu(() => litert.loadLiteRt(files.glue.href));
    return litert;
  });
  loaded.catch(() => {
    loaded = null; // the next call tries again
  });
  return loaded;
}

/**
 * Loads runtime and model.
 * @param {{ runtime: URL, glue: URL, wasm: URL, model: URL }} files
 * @returns {Promise<(digitImage: Float32Array) => Promise<Float32Array[]>>} all outputs for one digit image
 */
export async function loadOutputs(files) {
  const [{ loadAndCompile, Tensor }, model] = await Promise.all([
    loadRuntime(files),
    get(files.model).then((response) => response.arrayBuffer()),
  ]);
  const compiled = await loadAndCompile(new Uint8Array(model), { accelerator: "wasm" });
  // Outputs come as the file has them, and are named as Keras has them: output_0, output_1 ...
  const numberOf = (/** @type {{ name: string }} */ { name }) => Number(name.split("_").at(-1));
  const places = compiled.getOutputDetails().map(numberOf);
  return async (digitImage) => {
    const input = new Tensor(digitImage, [1, 28, 28, 1]);
    const outputs = await compiled.run([input]);
    /** @type {Float32Array[]} */ const numbers = [];
    for (const [i, output] of outputs.entries()) numbers[places[i]] = await output.data();
    for (const tensor of [input, ...outputs]) tensor.delete();
    return numbers;
  };
}

/**
 * Loads runtime and classifier.
 * @param {{ runtime: URL, glue: URL, wasm: URL, model: URL }} files
 * @returns {Promise<Logits>} of one digit image
 */
export async function loadModel(files) {
  const outputs = await loadOutputs(files);
  return async (digitImage) => (await outputs(digitImage))[0];
}

/**
 * One digit image is read sooner than a GPU is asked, and asking wakes a laptop's second one: LiteRT.js, which always
 * asks, is told that there is none.
 * @template T @param {() => Promise<T>} load @returns {Promise<T>}
 */
async function withoutGpu(load) {
  const none = { limits: {}, features: new Set(), requestDevice: async () => null };
  Object.defineProperty(navigator, "gpu", { value: { requestAdapter: async () => none }, configurable: true });
  try {
    return await load();
  } finally {
    delete (/** @type {any} */ (navigator).gpu); // the browser's own is back
  }
}
