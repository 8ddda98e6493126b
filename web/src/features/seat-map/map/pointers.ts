import { pan, toWorld, zoomAbout, type Camera, type Point, type View } from "./camera";
import { idle, step, type Input, type Intent, type State } from "./gestures";
import type { Motions } from "./motion";
import { PRESS_MS } from "./paint-overlay";
import type { Plan } from "./plan";
import { listenToPointers, type Aimed } from "./listen";

/** What pointers do something to. */
export interface Ground {
  readonly plan: Plan;
  readonly view: View;
  readonly camera: Camera;
  readonly calm: boolean;
  onSelect: (seats: readonly number[], on: boolean) => void;
  onVisit: (seat: number) => void;
  isSelected(seat: number): boolean;
  canChoose(seat: number): boolean;
  hover(seat: number): void;
  /** The reader does something to the map. */
  use(): void;
  invalidate(): void;
}

/** Seats narrower than this, in pixels, cannot be aimed at: a tap goes nearer instead. */
const AIM = { touch: 20, mouse: 9 };
/** How wide seats are after such a tap. */
const NEARER = { touch: 30, mouse: 26 };
/** How far from a seat's middle a finger means it, in pixels. */
const FINGER = 22;
/** After a tap that went nearer, a second one by the same habit chooses nothing. */
const AFTER_NEARER_MS = 450;

/** Turns what pointers do into moves of the map and into choices of seats. */
export class Pointers {
  /** The seat on which a finger rests, or -1, and since when. */
  pressed = -1;
  pressedAt = 0;
  private state: State = idle;
  /** The seat under the mouse, or -1. */
  private over = -1;
  private timer = 0;
  private nearerAt = -Infinity;
  private ground: HTMLElement | undefined;
  /** The stroke under way: whether it chooses or gives back, and the seats that it has crossed. */
  private strokeOn = true;
  private readonly crossed = new Set<number>();

  constructor(
    private readonly map: Ground,
    private readonly motions: Motions,
  ) {}

  /** The map is being moved or painted on. */
  get busy(): boolean {
    return this.state.mode !== "idle" && this.state.mode !== "pressed";
  }

  attach(ground: HTMLElement): () => void {
    this.ground = ground;
    const unlisten = listenToPointers(ground, {
      input: (input) => this.take(input),
      down: (at, touch) => this.aim(at, touch),
      hover: (at) => this.pointAt(at),
      leave: () => this.map.hover(-1),
      wheel: (at, factor) => this.wheel(at, factor),
    });
    return () => {
      unlisten();
      clearTimeout(this.timer);
      this.state = idle;
      this.pressed = -1;
      this.ground = undefined;
    };
  }

  private take(input: Input): void {
    const [state, intents] = step(this.state, input);
    this.state = state;
    for (const intent of intents) this.follow(intent);
    this.cursor();
    if (intents.length > 0) this.map.invalidate();
  }

  /** What a press at a point is a press of. */
  private aim(at: Point, touch: boolean): Aimed {
    this.motions.stop();
    this.map.use();
    if (touch) this.map.hover(-1);
    const { camera, view, plan } = this.map;
    const settled = performance.now() - this.nearerAt > AFTER_NEARER_MS;
    const all = (plan.box.right - plan.box.left) * camera.scale <= view.width + 1;
    const allDown = (plan.box.bottom - plan.box.top) * camera.scale <= view.height + 1;
    const seat = settled ? this.seatAt(at, touch) : -1;
    const open = seat >= 0 && (this.map.canChoose(seat) || this.map.isSelected(seat));
    return { seat: seat >= 0, open, all: all && allDown };
  }

  /** The seat that is meant by a point of the view; -1 if there is none, or seats are too small to be meant. */
  private seatAt(at: Point, touch: boolean): number {
    const { camera, view, plan } = this.map;
    if (camera.scale < (touch ? AIM.touch : AIM.mouse)) return -1;
    const { x, y } = toWorld(camera, view, at);
    if (touch) return plan.index.nearest(x, y, Math.max(0.5, FINGER / camera.scale));
    const seat = plan.index.nearest(x, y, 0.7);
    const off = Math.max(Math.abs((plan.xs[seat] ?? Infinity) - x), Math.abs((plan.ys[seat] ?? Infinity) - y));
    return off <= 0.47 ? seat : -1;
  }

  private follow(intent: Intent): void {
    const { map, motions } = this;
    const now = performance.now();
    switch (intent.do) {
      case "tap": {
        this.tap(intent, intent.touch, intent.seat);
        return;
      }
      case "tap-again":
        if (now - this.nearerAt > AFTER_NEARER_MS) motions.zoom(intent, map.camera.scale * 2, map.view, now, map.calm);
        return;
      case "pan": {
        motions.jump(pan(map.camera, map.view, map.plan.box, intent.dx, intent.dy), map.view);
        return;
      }
      case "fling":
        if (!map.calm) motions.fling(intent.vx, intent.vy, now);
        return;
      case "pinch": {
        const moved = pan(map.camera, map.view, map.plan.box, intent.dx, intent.dy);
        motions.jump(zoomAbout(moved, map.view, map.plan.box, intent, moved.scale * intent.factor), map.view);
        return;
      }
      case "paint": {
        this.stroke(intent.from, intent.to, intent.first);
        return;
      }
      case "painted": {
        this.crossed.clear();
        return;
      }
      case "press":
        this.pressed = this.seatAt(intent, true);
        this.pressedAt = now;
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.longPress(), PRESS_MS);
        return;
      case "unpress":
        clearTimeout(this.timer);
        this.pressed = -1;
    }
  }

  private longPress(): void {
    this.pressed = -1;
    // Not every browser has it, and nothing depends on it.
    if ("vibrate" in navigator) navigator.vibrate(10);
    this.take({ type: "held" });
  }

  private tap(at: Point, touch: boolean, aimed: boolean): void {
    const { map } = this;
    if (aimed) {
      const seat = this.seatAt(at, touch);
      if (seat < 0) return;
      map.onVisit(seat);
      map.onSelect([seat], !map.isSelected(seat));
      return;
    }
    if (map.camera.scale >= (touch ? AIM.touch : AIM.mouse)) return;
    const now = performance.now();
    this.nearerAt = now;
    this.motions.zoom(at, touch ? NEARER.touch : NEARER.mouse, map.view, now, map.calm);
  }

  /** Paints from one point to the next; no seat between them is missed, and none is painted twice. */
  private stroke(from: Point, to: Point, first: boolean): void {
    const { map } = this;
    const { camera, view, plan } = map;
    if (first) {
      this.crossed.clear();
      const seat = this.seatAt(from, true);
      this.strokeOn = seat < 0 || !map.isSelected(seat);
    }
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (camera.scale * 0.25)));
    const painted: number[] = [];
    for (let i = 0; i <= steps; i++) {
      const { x, y } = toWorld(camera, view, {
        x: from.x + ((to.x - from.x) * i) / steps,
        y: from.y + ((to.y - from.y) * i) / steps,
      });
      const seat = plan.index.nearest(x, y, 0.5);
      if (seat < 0 || this.crossed.has(seat)) continue;
      this.crossed.add(seat);
      if (this.strokeOn ? map.canChoose(seat) && !map.isSelected(seat) : map.isSelected(seat)) painted.push(seat);
    }
    const last = painted.at(-1);
    if (last === undefined) return;
    map.onVisit(last);
    map.onSelect(painted, this.strokeOn);
  }

  private pointAt(at: Point): void {
    this.over = this.seatAt(at, false);
    this.map.hover(this.over);
    this.cursor();
  }

  /** Returns whether the wheel did something; where nothing is left to zoom out of, the page may scroll. */
  private wheel(at: Point, factor: number): boolean {
    const { map, motions } = this;
    const before = motions.goalScale;
    const now = performance.now();
    const goal = zoomAbout(map.camera, map.view, map.plan.box, at, before * factor).scale;
    if (goal === before) return false;
    map.use();
    motions.zoom(at, goal, map.view, now, map.calm);
    map.hover(-1);
    map.invalidate();
    return true;
  }

  private cursor(): void {
    if (!this.ground) return;
    const moving = this.state.mode === "panning" || this.state.mode === "pinching";
    this.ground.dataset.cursor = moving ? "moving" : this.over >= 0 ? "seat" : "ground";
  }
}
