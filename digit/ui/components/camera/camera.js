// The camera, live: a frame is sent when the answer to the last one is there, and never before, however slow the server.
// Boxes glide after the sheet; an answer replaces another when two frames in a row say it, or at once where frames are
// few. Off as soon as it is out of sight. Runs once, with `element` and `server` given by gr.HTML; on with the event "camera" of
// its tab.

const QUALITY = 0.8; // of a frame as JPEG
const PAUSE = [60, 500]; // between an answer and the next frame: as long as the answer took, within these milliseconds
const AGAIN_MS = 2000; // a server that did not answer, or is busy, is asked again
const SLOW_MS = 4000; // after so long, it is said that the answer is late
const FEW_MS = 400; // a frame that took longer, or is the first with a digit, need not be confirmed by another
const NEAR = 0.6; // a box belongs to the last one whose centre is within this share of its size
const KEEP = 0.4; // of the last box, in the next: a hand trembles
const MISSES = 2; // a box that so many frames do not have any more is taken away

/** @type {Record<string, string>} */
const NOTES = {
  on: "Camera pictures are sent to the server to be read and are not stored.",
  slow: "The server is slow. The next picture is sent after its answer.",
  gone: "The server does not answer. Retrying every two seconds.",
  hidden: "The camera was switched off while the page was hidden.",
  ended: "The camera was switched off or unplugged.",
};
/** @type {Record<string, string>} */
const REFUSALS = { NotFoundError: "no-camera", OverconstrainedError: "no-camera", NotReadableError: "camera-busy" };

const camera = element.querySelector(".camera");
const video = element.querySelector("video");
const marks = element.querySelector(".live-marks");
const took = element.querySelector(".took");
const note = element.querySelector(".note");
const bench = element.closest(".workbench");
const tab = element.closest("[role=tabpanel]").id.replace("tab-", "");
const [WIDTH, HEIGHT] = String(element.querySelector(".scene").dataset.size).split(" ").map(Number);
const frame = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });

let session = 0; // of each time that the camera is on, its own number
/** @typedef {number[]} Box left, top, width and height, in shares of the picture */
/** @type {{ mark: HTMLElement, box: Box, named: ReturnType<typeof steady>, misses: number }[]} */ let boxes = [];
let settled = steady(); // of answers

// The value that came twice in a row last, or that needs no second; at first, the first.
function steady() {
  /** @type {string | undefined} */ let shown;
  /** @type {string | undefined} */ let before;
  return (/** @type {string} */ value, /** @type {boolean} */ certain) => {
    if (shown === undefined || certain || value === before) shown = value;
    before = value;
    return shown ?? value;
  };
}

/** @param {string} [key] of `NOTES` */
function say(key = "") {
  note.dataset.kind = key === "gone" || key === "slow" ? "trouble" : "plain";
  const words = NOTES[key] ?? "";
  if (note.textContent !== words) note.textContent = words;
  camera.classList.toggle("said", words !== ""); // it stays after the camera
}

const tell = (/** @type {string} */ name, /** @type {unknown} */ detail) =>
  bench.querySelector(".zone").dispatchEvent(new CustomEvent(name, { detail, bubbles: true })); // the taker of pictures
const show = (/** @type {string} */ html) =>
  bench.querySelector(".live-answer [data-panel]").dispatchEvent(new CustomEvent("answer", { detail: html }));
const pause = (/** @type {number} */ ms) => new Promise((go) => setTimeout(go, ms));
const newFrame = () =>
  new Promise((go) =>
    video.requestVideoFrameCallback ? video.requestVideoFrameCallback(go) : requestAnimationFrame(go),
  );
/** @param {MediaProvider | null} stream */
function end(stream) {
  for (const track of stream instanceof MediaStream ? stream.getTracks() : []) track.stop();
}

// On and off, as the address says: ?tab=upload&way=camera

async function start() {
  if (camera.classList.contains("on")) return;
  const mine = ++session;
  if (!navigator.mediaDevices?.getUserMedia) return refuse("insecure");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    if (mine === session) refuse(REFUSALS[/** @type {DOMException} */ (error).name] ?? "camera");
    return;
  }
  if (mine !== session || document.hidden) return end(stream); // given up while the browser asked
  for (const track of stream.getTracks()) track.addEventListener("ended", () => mine === session && stop("ended"));
  video.srcObject = stream;
  video.hidden = false;
  camera.classList.add("on");
  document.dispatchEvent(new CustomEvent("go", { detail: { tab, way: "camera" } }));
  settled = steady();
  say("on");
  camera.scrollIntoView({ block: "nearest", behavior: "smooth" });
  await video.play().catch(() => {}); // it was stopped at once
  follow(mine);
}

/** @param {string} [why] of `NOTES` */
function stop(why) {
  session++;
  end(video.srcObject);
  video.srcObject = null;
  if (video.hidden) return;
  video.hidden = true;
  camera.classList.remove("on");
  const when = (/** @type {URLSearchParams} */ place) => place.get("way") === "camera";
  const detail = { tab, way: tab === "number" ? "pictures" : "", when, replace: true };
  document.dispatchEvent(new CustomEvent("go", { detail }));
  for (const { mark } of boxes) mark.remove();
  boxes = [];
  took.textContent = "";
  show("");
  say(why);
}

/** @param {string} reason */
function refuse(reason) {
  say();
  tell("refuse", reason);
}

// Frames

// What is on show: the middle of what the camera sees.
/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function painted(canvas, width, height) {
  const scale = Math.min(video.videoWidth / WIDTH, video.videoHeight / HEIGHT);
  const [w, h] = [WIDTH * scale, HEIGHT * scale];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, 0, 0, width, height);
  return canvas;
}
const capture = (/** @type {number} */ quality) => painted(frame, WIDTH, HEIGHT).toDataURL("image/jpeg", quality);

/** @param {number} mine */
async function follow(mine) {
  while (mine === session) {
    await newFrame();
    if (mine !== session) return;
    const sent = performance.now();
    const late = setTimeout(() => mine === session && say("slow"), SLOW_MS);
    const answer = await server.read(capture(QUALITY)).catch(() => null);
    clearTimeout(late);
    if (mine !== session) return;
    const ms = performance.now() - sent;
    if (!answer?.answer) {
      say("gone");
      took.textContent = "";
      await pause(AGAIN_MS);
      continue;
    }
    say("on");
    took.textContent = `on the server, ${ms.toFixed(0)} ms`;
    const few = ms > FEW_MS;
    if (settled(answer.said, few || boxes.length === 0) === answer.said) show(answer.answer);
    place(answer.boxes, few);
    camera.dispatchEvent(new CustomEvent("frame-read", { detail: { ms, ...answer }, bubbles: true }));
    await pause(answer.busy ? AGAIN_MS : Math.min(Math.max(ms, PAUSE[0]), PAUSE[1]));
  }
}

/** @param {{ box: Box, digit: string, doubtful: boolean }[]} found @param {boolean} few */
function place(found, few) {
  const free = new Set(boxes);
  for (const { box, digit, doubtful } of found) {
    let one = [...free].find((old) => isNear(old.box, box));
    if (one) {
      free.delete(one);
      one.box = one.box.map((side, i) => KEEP * side + (1 - KEEP) * box[i]);
      one.misses = 0;
    } else {
      const mark = marks.appendChild(document.createElement("span"));
      mark.append(document.createElement("b"));
      one = { mark, box, named: steady(), misses: 0 };
      boxes.push(one);
    }
    const [x, y, w, h] = one.box.map((share) => `${(100 * share).toFixed(2)}%`);
    Object.assign(one.mark.style, { left: x, top: y, width: w, height: h });
    one.mark.querySelector("b").textContent = one.named(digit, few);
    one.mark.classList.toggle("doubtful", doubtful);
  }
  for (const one of free) if (++one.misses >= MISSES) one.mark.remove();
  boxes = boxes.filter((one) => one.misses < MISSES);
}

/** @param {Box} one @param {Box} other */
function isNear([x, y, w, h], [x2, y2, w2, h2]) {
  const across = Math.abs(x + w / 2 - x2 - w2 / 2);
  const down = Math.abs(y + h / 2 - y2 - h2 / 2);
  return across < NEAR * Math.max(w, w2) && down < NEAR * Math.max(h, h2);
}

// The picture that is taken goes the way of every file: the sheet that the last frames were read from, or all that is
// on show where there is none.
async function take() {
  const mine = session;
  const still = document.createElement("canvas");
  still.width = Math.min(video.videoWidth, (video.videoHeight * WIDTH) / HEIGHT);
  still.height = Math.min(video.videoHeight, (video.videoWidth * HEIGHT) / WIDTH);
  painted(still, still.width, still.height);
  const cut = await server.cut(capture(0.95)).catch(() => null);
  if (mine !== session) return;
  const blob = await (await fetch(cut ?? still.toDataURL("image/jpeg", 0.95))).blob();
  stop();
  tell("take", [new File([blob], "camera.jpg", { type: blob.type })]);
}

bench.addEventListener("camera", start);
bench.addEventListener("given", () => stop());
element.querySelector("[data-do=take]").addEventListener("click", take);
element.querySelector("[data-do=stop]").addEventListener("click", () => stop());

document.addEventListener("visibilitychange", () => document.hidden && stop("hidden"));
addEventListener("pagehide", () => stop());
new IntersectionObserver(() => {
  if (element.offsetParent === null && !video.hidden) stop("hidden"); // another tab, or another way on this one
}).observe(element);

function obey() {
  const place = new URLSearchParams(location.search);
  if (place.get("tab") !== tab) return;
  if (place.get("way") !== "camera") stop();
  else if (video.hidden) start();
}
obey();
document.addEventListener("place", obey);
