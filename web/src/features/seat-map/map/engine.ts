import type { Hall, SeatStates } from "../model";
import * as cam from "./camera";
import { Effects } from "./effects";
import { Layers, type Elements } from "./layers";
import { Motions } from "./motion";
import { SEAT_FILL } from "./paint-seat";
import { followTheme, LOOK_AVAILABLE, LOOK_MINE } from "./palette";
import { around, boxIn, insetsOf, isLost } from "./places";
import { planOf, type Plan } from "./plan";
import { Pointers } from "./pointers";
import { NO_VIEW, UiStore } from "./ui";

/** What is known of the seats. */
export interface Told {
  states: SeatStates;
  selected: ReadonlySet<number>;
  mine: ReadonlySet<number>;
  /** A category's index, or -1. */
  spotlight: number;
}

/** A place that is focused by the keyboard is at least so wide, in pixels. */
const FOCUS_SCALE = 13;
/** Seats to be noticed that are smaller than this, in pixels, are shown larger. */
const NOTICED = { least: 18, shown: 24 };
const ZOOM_STEP = 1.6;
/** So many seats chosen at once are not celebrated one by one. */
const MANY_CHOSEN = 12;

const nobody = () => undefined;

/**
 * The map as a machine: it is told what is known of the hall, paints, moves, and says what the reader meant.
 * React only feeds it, and shows what it says.
 */
export class SeatMapEngine {
  readonly plan: Plan;
  readonly ui = new UiStore();
  view: cam.View = NO_VIEW;
  onSelect: (seats: readonly number[], on: boolean) => void = nobody;
  onVisit: (seat: number) => void = nobody;

  private told: Told | undefined;
  private layers: Layers | undefined;
  private readonly pointers: Pointers;
  private readonly motions: Motions;
  private readonly effects = new Effects();
  private readonly looks: Uint8Array;
  private hovered = -1;
  private focused = -1;
  private scheduled = 0;
  /** The reader has done something to the map: from then on it does not move by itself when its height changes. */
  private used = false;
  /** The part of the hall that a flight is to show. */
  private aim: cam.Box | undefined;
  private readonly followers = new Set<(camera: cam.Camera, view: cam.View) => void>();

  constructor(hall: Hall) {
    this.plan = planOf(hall);
    this.looks = new Uint8Array(hall.seats.length);
    this.motions = new Motions(this.plan.box);
    this.pointers = new Pointers(this, this.motions);
  }

  get camera(): cam.Camera {
    return this.motions.camera;
  }

  /** Less motion is wanted. */
  get calm(): boolean {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  isSelected(seat: number): boolean {
    return this.told?.selected.has(seat) ?? false;
  }

  canChoose(seat: number): boolean {
    return this.looks[seat] === LOOK_AVAILABLE;
  }

  /** Puts the map on the page; returns how to take it away. */
  attach(elements: Elements): () => void {
    const layers = new Layers(elements, this.plan, this.looks, this.told?.spotlight ?? -1);
    this.layers = layers;
    const unfollow = followTheme(() => {
      layers.retheme();
      this.invalidate();
    });
    const observer = new ResizeObserver(() => this.resize(elements.ground));
    observer.observe(elements.ground);
    const unlisten = this.pointers.attach(elements.ground);
    this.resize(elements.ground);
    return () => {
      unfollow();
      observer.disconnect();
      unlisten();
      layers.destroy();
      cancelAnimationFrame(this.scheduled);
      this.scheduled = 0;
      this.effects.clear();
      this.motions.stop();
      this.view = NO_VIEW;
      this.layers = undefined;
    };
  }

  /** Says where choices go, and visits: the keyboard goes on from a seat that a pointer chose. */
  listen(onSelect: SeatMapEngine["onSelect"], onVisit: SeatMapEngine["onVisit"]): () => void {
    this.onSelect = onSelect;
    this.onVisit = onVisit;
    return () => {
      this.onSelect = nobody;
      this.onVisit = nobody;
    };
  }

  /** Tells what is known now; what has changed is found here. */
  tell(told: Told): void {
    const before = this.told;
    this.told = told;
    const changed: number[] = [];
    const news: { seat: number; from: number; to: number }[] = [];
    for (let seat = 0; seat < this.looks.length; seat++) {
      const to = told.mine.has(seat) ? LOOK_MINE : (told.states.codes[seat] ?? LOOK_AVAILABLE);
      const from = this.looks[seat] ?? LOOK_AVAILABLE;
      if (to === from) continue;
      this.looks[seat] = to;
      changed.push(seat);
      if (from !== LOOK_MINE && to !== LOOK_MINE) news.push({ seat, from, to });
    }
    if (before && !this.calm) {
      const now = performance.now();
      this.effects.change(news, now);
      const chosen = [...told.selected].filter((seat) => !before.selected.has(seat));
      if (chosen.length <= MANY_CHOSEN) for (const seat of chosen) this.effects.pop(seat, now);
    }
    this.layers?.spotlight(told.spotlight);
    if (changed.length > 0) this.layers?.repaint(changed);
    this.invalidate();
  }

  use(): void {
    this.used = true;
  }

  /** Brings seats into view, and makes them noticed. */
  attend(seats: readonly number[]): void {
    if (seats.length === 0) return;
    const { camera, view, plan } = this;
    const small = camera.scale * SEAT_FILL < NOTICED.least;
    const part = around(plan, seats, 1.6);
    this.aim = part;
    this.fly(cam.show(camera, view, plan.box, part, small ? NOTICED.shown / SEAT_FILL : 0));
    this.effects.pulse(seats, performance.now() + (this.motions.moving ? 250 : 0));
  }

  /** The seat that has the keyboard's focus, or -1. */
  focus(seat: number): void {
    this.focused = seat;
    // The keyboard has the word: a mouse that only lies there has not.
    if (seat >= 0) this.hovered = -1;
    this.invalidate();
    if (seat < 0 || this.view.width === 0) return;
    const { camera, view } = this;
    const part = around(this.plan, [seat], 1.3);
    this.aim = part;
    this.fly(
      camera.scale < FOCUS_SCALE
        ? cam.show(camera, view, this.plan.box, part, FOCUS_SCALE * 1.5)
        : cam.bring(camera, view, this.plan.box, part),
    );
  }

  zoomIn(): void {
    this.zoomBy(ZOOM_STEP);
  }

  zoomOut(): void {
    this.zoomBy(1 / ZOOM_STEP);
  }

  wholeHall(): void {
    this.fly(cam.fit(this.view, this.plan.box));
  }

  /** Looks at a place of the hall. */
  lookAt(x: number, y: number): void {
    this.use();
    this.motions.jump({ x, y, scale: this.camera.scale }, this.view);
    this.invalidate();
  }

  hover(seat: number): void {
    if (seat === this.hovered) return;
    this.hovered = seat;
    this.invalidate();
  }

  /** Something is to be painted: once, at the next frame. */
  invalidate(): void {
    if (this.scheduled === 0 && this.layers) this.scheduled = requestAnimationFrame(this.frame);
  }

  /** Calls at every move of the camera, and at once. */
  follow(follower: (camera: cam.Camera, view: cam.View) => void): () => void {
    this.followers.add(follower);
    follower(this.camera, this.view);
    return () => this.followers.delete(follower);
  }

  private fly(to: cam.Camera, from = this.camera): void {
    this.use();
    if (to !== from) this.motions.fly(to, this.view, performance.now(), this.calm);
    this.invalidate();
  }

  private zoomBy(factor: number): void {
    // About the seat that the keyboard is on, that it is not lost; else about the middle.
    const box =
      this.focused >= 0
        ? boxIn(this.plan, this.camera, this.view, this.focused)
        : { left: 0, top: 0, right: this.view.width, bottom: this.view.height };
    const at = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    this.use();
    this.motions.zoom(at, this.motions.goalScale * factor, this.view, performance.now(), this.calm);
    this.invalidate();
  }

  private resize(ground: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = ground;
    if (!this.layers || width === 0 || height === 0) return;
    const { view: before, plan } = this;
    // What a finger may be about to touch again must not move away under it.
    const kept = this.used && width === before.width ? cam.resized(this.camera, before, height, plan.box) : undefined;
    if (kept) {
      this.view = kept.view;
      this.motions.stay(height - before.height);
      this.keepInSight();
    } else {
      const tallest = { ...before, height: before.heights?.most ?? before.height };
      const sawAll = before.width === 0 || cam.seesAll(this.camera, tallest, plan.box);
      this.view = { width, height, insets: insetsOf(width, height, plan.room.front.kind === "screen") };
      this.motions.jump(sawAll ? cam.fit(this.view, plan.box) : this.camera, this.view);
    }
    this.layers.resize(this.view);
    cancelAnimationFrame(this.scheduled);
    this.frame(performance.now());
  }

  /** What is being shown, or has the keyboard's focus, is not to be covered by what has grown beside the map. */
  private keepInSight(): void {
    const part = this.aim ?? (this.focused >= 0 ? around(this.plan, [this.focused], 1.3) : undefined);
    const { goal } = this.motions;
    if (part) this.fly(cam.bring(goal, this.view, this.plan.box, part), goal);
  }

  /** At rest, what was allowed at other heights ends where nothing has to move for it. */
  private rest(): void {
    this.aim = undefined;
    if (!this.view.heights || this.pointers.busy) return;
    const now = cam.laidOut(this.view);
    if (cam.isSame(cam.clamp(this.camera, now, this.plan.box), this.camera)) this.view = now;
  }

  private readonly frame = (now: number): void => {
    this.scheduled = 0;
    const { layers, view, told } = this;
    if (!layers || view.width === 0) return;
    this.motions.advance(now, view);
    this.effects.advance(now);
    if (!this.motions.moving) this.rest();
    const { camera, pointers } = this;
    if (layers.show(camera, view)) for (const follower of this.followers) follower(camera, view);
    if (told) {
      const { selected, mine } = told;
      const { pressed, pressedAt } = pointers;
      const hovered = pointers.busy ? -1 : this.hovered;
      const over = { selected, mine, hovered, focused: this.focused, pressed, pressedAt, effects: this.effects.all };
      layers.paintOver({ ...over, calm: this.calm }, camera, view, now);
    }
    this.report();
    if (this.motions.moving || this.effects.active || pointers.pressed >= 0) this.invalidate();
  };

  private report(): void {
    const { camera, view, plan } = this;
    const seat = this.hovered >= 0 ? this.hovered : this.focused;
    const box = seat < 0 || this.motions.moving || this.pointers.busy ? undefined : boxIn(plan, camera, view, seat);
    const seen = box && box.right > 0 && box.bottom > 0 && box.left < view.width && box.top < view.height;
    this.ui.set({
      tip: seen ? { seat, box } : undefined,
      canZoomIn: camera.scale < cam.MAX_SCALE * 0.999,
      canZoomOut: !cam.seesAll(camera, view, plan.box),
      whole: cam.isSame(camera, cam.fit(view, plan.box)),
      lost: isLost(plan, camera, view),
      view,
    });
  }
}
