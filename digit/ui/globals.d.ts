// What the scripts of the page find around them.

// Gradio runs a component's `js_on_load` as the body of a function with these (gr.HTML).
declare const element: HTMLElement;
declare const props: { value: any };
declare function trigger(event: string, detail?: unknown): void;
declare function watch(name: string, listen: () => void): void;
declare function upload(file: Blob): Promise<{ path: string; url: string }>;
declare const server: Record<string, (...given: any[]) => Promise<any>>;

// components/canvas/pen.js, which runs before canvas.js in the same function.
declare function inkOf(
  canvas: HTMLCanvasElement,
  settings?: CanvasRenderingContext2DSettings,
): CanvasRenderingContext2D;
declare function paintStrokes(
  context: CanvasRenderingContext2D,
  strokes: { points: { x: number; y: number }[]; width: number; erases: boolean }[],
  look: { scale: number; pen: string; ground?: string; under?: HTMLCanvasElement },
): void;
declare function moved<S extends { points: { x: number; y: number }[]; width: number }>(
  strokes: S[],
  scale: number,
  right: number,
): S[];
declare function reach(points: { x: number; y: number }[]): number;
declare function handOn(
  paper: HTMLCanvasElement,
  cross: HTMLElement,
  size: [number, number],
  stroke: {
    points(): { x: number; y: number }[] | null;
    begin(point: { x: number; y: number }, eraserEnd?: boolean): void;
    extend(points: { x: number; y: number }[]): void;
    finish(): void;
    abandon(): void;
  },
): { release(): void; lift(): void };
declare function opacities(ink: HTMLCanvasElement): Float32Array;
declare function showTip(tip: HTMLElement, share: number): void;
declare function toolOf(event: KeyboardEvent): string | null;
declare function inked(image: HTMLImageElement, pen: string): HTMLCanvasElement;

// components/number_answer/mending.js, which runs before look.js in the same function.
type Sign = { value: string; was: string | null; digit: number | null };
type Line = { was: string; signs: Sign[] };
declare function mendable(text: string): {
  digits(): { sign: Sign; row: number; place: number }[];
  lines(): Line[];
  isDigit(sign: Sign): boolean;
  written(line: Line): string;
  changed(line: Line): boolean;
  mended(): boolean;
  undoable(): boolean;
  text(): string;
  step(key: string, at: number): number | null;
  after(at: number): string;
  replace(at: number, value: string): boolean;
  insert(at: number): void;
  remove(at: number): boolean;
  separate(at: number, value: string): boolean;
  undo(): number | null;
  table(given: string[][]): string[][];
};

// components/number_batch/kept.js and rows.js, which run before batch.js in the same function.
type Answer = {
  error?: string;
  busy?: boolean;
  again?: boolean; // may be asked again
  pages?: number;
  rows?: { text: string; confidence: number; sure: string; doubtful: boolean }[];
  note?: string;
  picture?: string;
};
type Kept = {
  id: string;
  name: string;
  page: number;
  answer: Answer | null;
  text: string | null; // as mended
  checked: boolean;
  sent: { path: string; url: string } | null;
  file: File | null;
};
type Entry = Kept & { row: HTMLTableRowElement };
declare function stored(work: (store: IDBObjectStore) => IDBRequest): Promise<any>;
declare function keptOrder(): string;
declare function keepOrder(order: string): void;
declare const alone: Promise<unknown>;
declare function build(one: Entry): void;
declare function fill(one: Entry): void;
declare function refresh(one: Entry): void;
declare function asRead(one: Kept): string;
declare function nameOf(one: Kept): string;
declare function doubts(one: Kept): number;
declare function leastSure(one: Kept): number;
declare function linesOf(one: Kept): unknown[][];

// Python writes these into the scripts that it serves.
declare const VERSION: string;
declare const FILES: string[];
declare const LARGEST_MB: number;

// The same scripts as modules of the static site.
type Script = (element?: Element | null, given?: Record<string, unknown>) => void;
declare module "*/announce.js" {
  const script: Script;
  export default script;
}
declare module "*/canvas.js" {
  const script: Script;
  export default script;
}
declare module "*/charts.js" {
  const script: Script;
  export default script;
}
declare module "*/downloads.js" {
  const script: Script;
  export default script;
}
declare module "*/evaluation.js" {
  const script: Script;
  export default script;
}
declare module "*/inside.js" {
  const script: Script;
  export default script;
}
declare module "*/options.js" {
  const script: Script;
  export default script;
}
declare module "*/page.js" {
  const script: Script;
  export default script;
}
declare module "*/source.js" {
  const script: Script;
  export default script;
}
declare module "*/reader/recognition/prediction.js" {
  export { percent } from "reader/recognition/prediction.js";
}

// A script knows its own template: what it asks for is there, and of the kind that it says with `@type`.
interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K];
  querySelector<K extends keyof SVGElementTagNameMap>(selectors: K): SVGElementTagNameMap[K];
  querySelector<E extends Element | null = HTMLElement>(selectors: string): E;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
}
interface Element {
  closest<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K];
  closest<E extends Element | null = HTMLElement>(selectors: string): E;
}
interface Document {
  getElementById<E extends HTMLElement | null = HTMLElement>(id: string): E;
}

// Events come from elements of the page; those of the page's own names are custom events.
type From<T> = T & { target: HTMLInputElement };
interface HTMLElement {
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listen: (event: From<HTMLElementEventMap[K]>) => unknown,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(type: string, listen: (event: From<CustomEvent>) => unknown): void;
}
interface Document {
  addEventListener<K extends keyof DocumentEventMap>(
    type: K,
    listen: (event: From<DocumentEventMap[K]>) => unknown,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(type: string, listen: (event: From<CustomEvent>) => unknown): void;
}

// Of the service worker, whose types are not the page's.
declare const registration: ServiceWorkerRegistration;
declare const clients: { claim(): Promise<void> };
interface WindowEventMap {
  install: Event & { waitUntil(done: Promise<unknown>): void };
  activate: Event & { waitUntil(done: Promise<unknown>): void };
  fetch: Event & { request: Request; respondWith(answer: Promise<Response>): void };
}
