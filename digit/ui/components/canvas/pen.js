// How strokes look, and the keys of the tools. Runs before canvas.js, in the same function.

/** @typedef {{ x: number, y: number }} Point in pixels of the picture */

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
function inkOf(canvas, settings) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
}

/** @param {CanvasRenderingContext2D} context @param {Point[]} points */
function trace(context, points) {
  const [first] = points;
  const last = points[points.length - 1];
  context.beginPath();
  context.moveTo(first.x, first.y);
  // Through the mid-points, with the points themselves as control points: smooth, and never beside the pen.
  for (let i = 1; i < points.length - 1; i++) {
    const a = points[i];
    const b = points[i + 1];
    context.quadraticCurveTo(a.x, a.y, (a.x + b.x) / 2, (a.y + b.y) / 2);
  }
  context.lineTo(last.x + 0.01, last.y); // the hundredth makes a dot of a single point
  context.stroke();
}

/**
 * Paints strokes over all of a canvas.
 * @param {CanvasRenderingContext2D} context
 * @param {{ points: Point[], width: number, erases: boolean }[]} strokes
 * @param {{ scale: number, pen: string, ground?: string, under?: HTMLCanvasElement }} look what is erased is transparent
 *   without a ground; a digit image may lie under the strokes
 */
function paintStrokes(context, strokes, { scale, pen, ground, under }) {
  const [width, height] = [context.canvas.width / scale, context.canvas.height / scale];
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, width, height);
  if (ground) {
    context.fillStyle = ground;
    context.fillRect(0, 0, width, height);
  }
  context.lineCap = context.lineJoin = "round";
  if (under) context.drawImage(under, 0, 0, width, height);
  for (const s of strokes) {
    context.globalCompositeOperation = s.erases && !ground ? "destination-out" : "source-over";
    context.strokeStyle = s.erases && ground ? ground : pen;
    context.lineWidth = s.width;
    trace(context, s.points);
  }
}

/** How far a stroke comes from where it began. @param {Point[]} points @returns {number} */
const reach = ([{ x, y }, ...others]) => Math.max(0, ...others.map((point) => Math.hypot(point.x - x, point.y - y)));

/** @param {HTMLCanvasElement} ink @returns {Float32Array} 0 to 1, pixel by pixel */
function opacities(ink) {
  const { data } = inkOf(ink).getImageData(0, 0, ink.width, ink.height);
  return Float32Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3] / 255);
}

/** The spot beside the slider of the brush. @param {HTMLElement} tip @param {number} share of the paper's height */
function showTip(tip, share) {
  const width = Math.max(4, 210 * share);
  tip.style.width = tip.style.height = `${width}px`;
  tip.style.marginInline = `${(30 - width) / 2}px`;
}

/** A picture's dark parts in the pen's colour, on nothing.
 * @param {HTMLImageElement} image dark on white @param {string} pen as "#rrggbb" @returns {HTMLCanvasElement} */
function inked(image, pen) {
  const ink = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = inkOf(ink);
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, ink.width, ink.height);
  const colour = [1, 3, 5].map((at) => parseInt(pen.slice(at, at + 2), 16));
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data.set([...colour, 255 - pixels.data[i]], i);
  context.putImageData(pixels, 0, 0);
  return ink;
}

/**
 * Strokes scaled and moved to the right.
 * @template {{ points: Point[], width: number }} S
 * @param {S[]} strokes @param {number} scale @param {number} right @returns {S[]}
 */
function moved(strokes, scale, right) {
  return strokes.map((s) => ({
    ...s,
    width: s.width * scale,
    points: s.points.map(({ x, y }) => ({ x: x * scale + right, y: y * scale })),
  }));
}

/** @param {KeyboardEvent} event @returns {string | null} the tool of a key */
function toolOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  const letter = key.toLowerCase();
  if (altKey) return null;
  if (ctrlKey || metaKey)
    return letter === "y" || (letter === "z" && shiftKey) ? "redo" : letter === "z" ? "undo" : null;
  if (["c", "delete", "backspace"].includes(letter)) return "clear";
  return letter === "e" ? "eraser" : null;
}
