// How a stroke looks. Runs before canvas.js, in the same function.

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
