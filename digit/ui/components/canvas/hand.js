// What a mouse, a pen, fingers and the keyboard do on the paper: they begin, extend and finish strokes. Runs before
// canvas.js, in the same function.

const KEY_STEP = 7; // an arrow key moves the pen this far
const BEGUN = 20; // a stroke that has come no farther may still be the first finger of a gesture

/** @typedef {{ x: number, y: number }} Point in pixels of the picture */

/**
 * @param {HTMLCanvasElement} paper
 * @param {HTMLElement} cross where the keyboard's pen is
 * @param {[number, number]} size of the picture: width and height
 * @param {{ points(): Point[] | null, begin(point: Point, eraserEnd?: boolean): void, extend(points: Point[]): void,
 *   finish(): void, abandon(): void }} stroke `points` of the one that is being drawn
 * @returns {{ release(): void, lift(): void }} `release` lets the pointer go, what it does until it is lifted no longer
 *   draws; `lift` ends a stroke of the keyboard
 */
// biome-ignore lint/correctness/noUnusedVariables: canvas.js uses it
function handOn(paper, cross, [width, height], stroke) {
  let key = { x: width / 2, y: height / 4 }; // where the keyboard's pen is
  /** @type {number | null} */ let pointer = null; // the one that draws: a resting palm or a second finger does not
  /** @type {Set<number>} */ const fingers = new Set(); // on the paper now

  /** @param {PointerEvent} event @returns {Point} */
  function at(event) {
    const box = paper.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  }

  function release() {
    const held = pointer;
    pointer = null; // first: what follows the release is no end of a stroke any more
    if (held !== null && paper.hasPointerCapture(held)) paper.releasePointerCapture(held);
  }

  // Two fingers that come together do not draw. A hand that is laid down during a stroke does not end it.
  function drop() {
    const points = stroke.points();
    if (!points || pointer === null || !fingers.has(pointer) || reach(points) > BEGUN) return;
    release();
    stroke.abandon();
  }

  paper.addEventListener("pointerdown", (event) => {
    const touches = event.pointerType === "touch";
    if (touches) fingers.add(event.pointerId);
    if (touches && fingers.size > 1) return drop();
    const eraserEnd = event.pointerType === "pen" && event.button === 5;
    if (pointer !== null || !(event.button === 0 || eraserEnd)) return;
    lift();
    pointer = event.pointerId;
    paper.setPointerCapture(pointer);
    event.preventDefault();
    paper.focus(/** @type {FocusOptions} */ ({ preventScroll: true, focusVisible: false }));
    stroke.begin(at(event), eraserEnd);
  });

  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    stroke.extend((moves.length ? moves : [event]).map(at));
  });

  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    paper.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      if (event.pointerId !== pointer) return;
      pointer = null;
      stroke.finish();
    });
  }

  // Keyboard

  function showCross() {
    cross.hidden = !paper.matches(":focus-visible");
    cross.classList.toggle("down", pointer === null && stroke.points() !== null);
    cross.style.left = `${(key.x / width) * 100}%`;
    cross.style.top = `${(key.y / height) * 100}%`;
  }

  function lift() {
    if (pointer === null) stroke.finish();
    showCross();
  }

  /** @type {Record<string, number[]>} */
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  paper.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || pointer !== null) return;
    const drawing = stroke.points() !== null;
    if (event.key in arrows) {
      const [right, down] = arrows[event.key];
      const inside = (/** @type {number} */ v, /** @type {number} */ end) => Math.min(Math.max(v, 0), end);
      key = { x: inside(key.x + right * KEY_STEP, width), y: inside(key.y + down * KEY_STEP, height) };
      if (drawing) stroke.extend([key]);
    } else if (event.key === "Escape" || (event.key === " " && drawing)) stroke.finish();
    else if (event.key === " ") stroke.begin(key);
    else return;
    event.preventDefault();
    showCross();
  });
  paper.addEventListener("focus", showCross);
  paper.addEventListener("blur", () => {
    lift();
    cross.hidden = true;
  });

  return { release, lift };
}
