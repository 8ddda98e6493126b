import type { Point } from "./camera";
import type { Input } from "./gestures";

/** What lies under a press: see {@link Input}. */
export type Aimed = Pick<Input & { type: "down" }, "seat" | "open" | "all">;

interface Hears {
  input: (input: Input) => void;
  /** What a press at a point is a press of; asked before it is told. */
  down: (at: Point, touch: boolean) => Aimed;
  hover: (at: Point) => void;
  leave: () => void;
  /** Returns whether it did something. */
  wheel: (at: Point, factor: number) => boolean;
}

/** Lines of a wheel that counts in lines, in pixels. */
const LINE = 16;
/** A wheel that has just zoomed does not scroll the page when it comes to the end. */
const WHEEL_MS = 400;

/** Listens to the pointers of an element, and tells in pixels of it; returns how to stop. */
export function listenToPointers(element: HTMLElement, hears: Hears): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  // Asking an element where it is can cost a layout: once per gesture.
  let origin = element.getBoundingClientRect();
  const pointIn = (event: MouseEvent): Point => ({ x: event.clientX - origin.left, y: event.clientY - origin.top });
  const down = new Set<number>();

  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      origin = element.getBoundingClientRect();
      const touch = event.pointerType === "touch";
      const at = pointIn(event);
      down.add(event.pointerId);
      element.setPointerCapture(event.pointerId);
      const aimed = hears.down(at, touch);
      hears.input({ type: "down", id: event.pointerId, ...at, t: event.timeStamp, touch, ...aimed });
    },
    options,
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (down.has(event.pointerId)) {
        hears.input({ type: "move", id: event.pointerId, ...pointIn(event), t: event.timeStamp });
      } else if (event.pointerType !== "touch") {
        hears.hover(pointIn(event));
      }
    },
    options,
  );
  element.addEventListener(
    "pointerup",
    (event) => {
      if (!down.delete(event.pointerId)) return;
      hears.input({ type: "up", id: event.pointerId, ...pointIn(event), t: event.timeStamp });
    },
    options,
  );
  element.addEventListener(
    "pointercancel",
    (event) => {
      if (down.delete(event.pointerId)) hears.input({ type: "cancel", id: event.pointerId });
    },
    options,
  );
  element.addEventListener(
    "pointerenter",
    () => {
      origin = element.getBoundingClientRect();
    },
    options,
  );
  element.addEventListener("pointerleave", hears.leave, options);
  // The focus stays where it is, or goes to the seat that is chosen; not to nothing, as a press on no control does.
  element.addEventListener("mousedown", (event) => event.preventDefault(), options);
  // A long press is ours: no menu over it.
  element.addEventListener("contextmenu", (event) => down.size > 0 && event.preventDefault(), options);

  let zoomedAt = -Infinity;
  element.addEventListener(
    "wheel",
    (event) => {
      origin = element.getBoundingClientRect();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE : event.deltaY;
      // A pinch on a trackpad comes as a wheel with ctrl, in smaller steps.
      const factor = Math.exp(-Math.max(-240, Math.min(240, pixels)) * (event.ctrlKey ? 0.01 : 0.002));
      const zoomed = hears.wheel(pointIn(event), factor);
      if (zoomed) zoomedAt = event.timeStamp;
      if (zoomed || event.ctrlKey || event.timeStamp - zoomedAt < WHEEL_MS) event.preventDefault();
    },
    { ...options, passive: false },
  );
  return () => stop.abort();
}
