import type { Point } from "./camera";

/** What fingers and mouse do, in CSS pixels of the view; `t` in milliseconds. */
export type Input =
  | {
      type: "down";
      id: number;
      x: number;
      y: number;
      t: number;
      touch: boolean;
      /** There is a seat, large enough to be meant. */
      seat: boolean;
      /** That can be chosen, or given back. */
      open: boolean;
      /** All of the hall is seen: there is nothing to pan to. */
      all: boolean;
    }
  | { type: "move" | "up"; id: number; x: number; y: number; t: number }
  | { type: "cancel"; id: number }
  /** The time of a long press is over. */
  | { type: "held" };

/** What they mean. */
export type Intent =
  | { do: "tap"; x: number; y: number; touch: boolean; seat: boolean }
  /** The second tap at the same place of the ground. */
  | { do: "tap-again"; x: number; y: number }
  | { do: "pan"; dx: number; dy: number }
  /** The finger left in motion, in pixels per millisecond. */
  | { do: "fling"; vx: number; vy: number }
  | { do: "pinch"; x: number; y: number; dx: number; dy: number; factor: number }
  /** A stroke over seats; the first one of a painting says what it starts from. */
  | { do: "paint"; from: Point; to: Point; first: boolean }
  | { do: "painted" }
  /** The clock of a long press starts, and is stopped. */
  | { do: "press"; x: number; y: number }
  | { do: "unpress" };

interface Finger extends Point {
  id: number;
}

type Tap = Point & { t: number };

/** Where the last tap on the ground was, for the next to be the second. */
interface Memory {
  tap?: Tap | undefined;
}

export type State = Memory &
  (
    | { mode: "idle" }
    | { mode: "pressed"; finger: Finger; touch: boolean; seat: boolean; open: boolean; all: boolean }
    | { mode: "panning"; finger: Finger; touch: boolean; t: number; vx: number; vy: number }
    | { mode: "painting"; finger: Finger }
    | { mode: "pinching"; a: Finger; b: Finger }
  );

export const idle: State = { mode: "idle" };

/** Further than this, in pixels, a press has become a drag. */
const SLOP = { mouse: 4, touch: 9 };
const TWICE_WITHIN_MS = 350;
const TWICE_WITHIN_PX = 32;
/** A finger that rested so long before it left did not throw. */
const STILL_MS = 60;

type Step = [State, Intent[]];

/** One step of the machine; it keeps nothing but its state. */
export function step(state: State, input: Input): Step {
  switch (input.type) {
    case "down":
      return down(state, input);
    case "move":
      return move(state, input);
    case "up":
      return up(state, input);
    case "cancel":
      return state.mode === "idle" ? [state, []] : [idle, ending(state)];
    case "held": {
      if (state.mode !== "pressed" || !state.seat) return [state, []];
      const at = { x: state.finger.x, y: state.finger.y };
      return [{ mode: "painting", finger: state.finger }, [{ do: "paint", from: at, to: at, first: true }]];
    }
  }
}

/** What is to be stopped when a gesture gives way to another. */
function ending(state: State): Intent[] {
  if (state.mode === "pressed") return state.touch && state.seat ? [{ do: "unpress" }] : [];
  return state.mode === "painting" ? [{ do: "painted" }] : [];
}

function down(state: State, input: Input & { type: "down" }): Step {
  const finger = { id: input.id, x: input.x, y: input.y };
  if (state.mode === "idle") {
    const { touch, seat, open, all } = input;
    const intents: Intent[] = touch && seat ? [{ do: "press", x: input.x, y: input.y }] : [];
    return [{ mode: "pressed", finger, touch, seat, open, all, tap: state.tap }, intents];
  }
  // A third finger changes nothing.
  if (state.mode === "pinching" || !input.touch) return [state, []];
  return [{ mode: "pinching", a: state.finger, b: finger }, ending(state)];
}

function move(state: State, input: Input & { type: "move" | "up" }): Step {
  const to = { id: input.id, x: input.x, y: input.y };
  if (state.mode === "pinching") return pinch(state, to);
  if (state.mode === "idle" || state.finger.id !== input.id) return [state, []];
  const { finger } = state;
  const dx = to.x - finger.x;
  const dy = to.y - finger.y;
  switch (state.mode) {
    case "pressed": {
      if (Math.hypot(dx, dy) <= (state.touch ? SLOP.touch : SLOP.mouse)) return [state, []];
      const stop = ending(state);
      // A stroke from a seat that is taken means the map, if there is somewhere to move it.
      if (state.seat && (state.all || (!state.touch && state.open))) {
        return [{ mode: "painting", finger: to }, [...stop, { do: "paint", from: finger, to, first: true }]];
      }
      return [
        { mode: "panning", finger: to, touch: state.touch, t: input.t, vx: 0, vy: 0 },
        [...stop, { do: "pan", dx, dy }],
      ];
    }
    case "panning": {
      const dt = Math.max(1, input.t - state.t);
      // The newest speed counts most: a finger slows down before it stops.
      const vx = 0.7 * (dx / dt) + 0.3 * state.vx;
      const vy = 0.7 * (dy / dt) + 0.3 * state.vy;
      return [{ ...state, finger: to, t: input.t, vx, vy }, [{ do: "pan", dx, dy }]];
    }
    case "painting":
      return [{ mode: "painting", finger: to }, [{ do: "paint", from: finger, to, first: false }]];
  }
}

function pinch(state: State & { mode: "pinching" }, to: Finger): Step {
  const { a, b } = state;
  if (to.id !== a.id && to.id !== b.id) return [state, []];
  const next = { ...state, a: to.id === a.id ? to : a, b: to.id === b.id ? to : b };
  const before = Math.hypot(a.x - b.x, a.y - b.y);
  const after = Math.hypot(next.a.x - next.b.x, next.a.y - next.b.y);
  const x = (next.a.x + next.b.x) / 2;
  const y = (next.a.y + next.b.y) / 2;
  const dx = x - (a.x + b.x) / 2;
  const dy = y - (a.y + b.y) / 2;
  // Fingers that touch each other have no distance to compare with.
  const factor = before < 1 || after < 1 ? 1 : after / before;
  return [next, [{ do: "pinch", x, y, dx, dy, factor }]];
}

function up(state: State, input: Input & { type: "move" | "up" }): Step {
  if (state.mode === "idle") return [state, []];
  if (state.mode === "pinching") {
    if (input.id !== state.a.id && input.id !== state.b.id) return [state, []];
    const finger = input.id === state.a.id ? state.b : state.a;
    return [{ mode: "panning", finger, touch: true, t: input.t, vx: 0, vy: 0 }, []];
  }
  if (state.finger.id !== input.id) return [state, []];
  switch (state.mode) {
    case "pressed": {
      const { x, y, t } = input;
      const { touch, seat, tap } = state;
      const again = tap && t - tap.t < TWICE_WITHIN_MS && Math.hypot(x - tap.x, y - tap.y) < TWICE_WITHIN_PX;
      const stop = ending(state);
      if (!seat && again) return [idle, [...stop, { do: "tap-again", x, y }]];
      const { finger } = state;
      const next: State = seat ? idle : { mode: "idle", tap: { x, y, t } };
      return [next, [...stop, { do: "tap", x: finger.x, y: finger.y, touch, seat }]];
    }
    case "panning": {
      if (!state.touch || input.t - state.t > STILL_MS) return [idle, []];
      return [idle, [{ do: "fling", vx: state.vx, vy: state.vy }]];
    }
    case "painting":
      return [idle, [{ do: "painted" }]];
  }
}
