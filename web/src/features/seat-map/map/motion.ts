import { clamp, pan, zoomAbout, type Box, type Camera, type Point, type View } from "./camera";

/** Half of what is left of a zoom is done in so many milliseconds. */
const ZOOM_HALF_MS = 45;
/** A throw loses half of its speed in so many milliseconds. */
const FLING_HALF_MS = 170;
/** Pixels per millisecond below which a throw has ended, and above which it is not believed. */
const FLING_LEAST = 0.03;
const FLING_MOST = 6;

type Motion =
  | { kind: "none" }
  /** To another place, in a given time. */
  | { kind: "flight"; from: Camera; to: Camera; start: number; ms: number }
  /** To another scale, about a point of the view. */
  | { kind: "zoom"; at: Point; scale: number; last: number }
  | { kind: "fling"; vx: number; vy: number; last: number };

/** The camera in time. It moves only when it is asked where it is. Times are those of the frames. */
export class Motions {
  camera: Camera = { x: 0, y: 0, scale: 1 };
  private motion: Motion = { kind: "none" };

  constructor(private readonly box: Box) {}

  get moving(): boolean {
    return this.motion.kind !== "none";
  }

  /** Where a flight under way leads to, or else where the camera is. */
  get goal(): Camera {
    return this.motion.kind === "flight" ? this.motion.to : this.camera;
  }

  /** The scale that a zoom under way leads to. */
  get goalScale(): number {
    if (this.motion.kind === "zoom") return this.motion.scale;
    return this.motion.kind === "flight" ? this.motion.to.scale : this.camera.scale;
  }

  stop(): void {
    this.motion = { kind: "none" };
  }

  jump(camera: Camera, view: View): void {
    this.stop();
    this.camera = clamp(camera, view, this.box);
  }

  /** The view has become taller by so many pixels, at its end: everything stays where it is, and goes where it went. */
  stay(taller: number): void {
    const kept = (camera: Camera): Camera => ({ ...camera, y: camera.y + taller / 2 / camera.scale });
    this.camera = kept(this.camera);
    if (this.motion.kind === "flight") {
      this.motion = { ...this.motion, from: kept(this.motion.from), to: kept(this.motion.to) };
    }
  }

  fly(to: Camera, view: View, now: number, calm: boolean): void {
    const goal = clamp(to, view, this.box);
    const { camera } = this;
    if (calm) {
      this.jump(goal, view);
      return;
    }
    // As far as the eye has to follow: views crossed, and doublings of the scale.
    const path = (Math.hypot(goal.x - camera.x, goal.y - camera.y) * Math.min(goal.scale, camera.scale)) / view.width;
    const distance = path + Math.abs(Math.log2(goal.scale / camera.scale)) / 2;
    if (distance < 1e-4) {
      this.jump(goal, view);
      return;
    }
    this.motion = { kind: "flight", from: camera, to: goal, start: now, ms: Math.min(650, 220 + 220 * distance) };
  }

  zoom(at: Point, scale: number, view: View, now: number, calm: boolean): void {
    const goal = zoomAbout(this.camera, view, this.box, at, scale);
    if (calm) {
      this.jump(goal, view);
      return;
    }
    this.motion = { kind: "zoom", at, scale: goal.scale, last: now };
  }

  fling(vx: number, vy: number, now: number): void {
    const speed = Math.hypot(vx, vy);
    if (speed < 0.2) return;
    const share = Math.min(1, FLING_MOST / speed);
    this.motion = { kind: "fling", vx: vx * share, vy: vy * share, last: now };
  }

  /** Moves on to a moment. */
  advance(now: number, view: View): void {
    const { motion } = this;
    switch (motion.kind) {
      case "none":
        return;
      case "flight": {
        this.flyOn(motion, now, view);
        return;
      }
      case "zoom": {
        this.zoomOn(motion, now, view);
        return;
      }
      case "fling": {
        this.flingOn(motion, now, view);
        return;
      }
    }
  }

  private flyOn({ from, to, start, ms }: Motion & { kind: "flight" }, now: number, view: View): void {
    const share = Math.min(1, Math.max(0, (now - start) / ms));
    const eased = 1 - (1 - share) ** 3;
    const scale = from.scale * (to.scale / from.scale) ** eased;
    // The place goes with the scale, so that the way over the screen is straight and even.
    const ratio = to.scale / from.scale;
    const along = Math.abs(ratio - 1) < 1e-3 ? eased : (1 - from.scale / scale) / (1 - from.scale / to.scale);
    this.camera = clamp(
      { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along, scale },
      view,
      this.box,
    );
    if (share >= 1) {
      this.camera = clamp(to, view, this.box);
      this.stop();
    }
  }

  private zoomOn(motion: Motion & { kind: "zoom" }, now: number, view: View): void {
    const left = 0.5 ** (Math.max(0, now - motion.last) / ZOOM_HALF_MS);
    motion.last = now;
    const { scale } = this.camera;
    const next = motion.scale * (scale / motion.scale) ** left;
    const done = Math.abs(Math.log(next / motion.scale)) < 0.004;
    this.camera = zoomAbout(this.camera, view, this.box, motion.at, done ? motion.scale : next);
    if (done) this.stop();
  }

  private flingOn(motion: Motion & { kind: "fling" }, now: number, view: View): void {
    const dt = Math.max(0, now - motion.last);
    const before = this.camera;
    this.camera = pan(before, view, this.box, motion.vx * dt, motion.vy * dt);
    const decay = 0.5 ** (dt / FLING_HALF_MS);
    motion.vx *= decay;
    motion.vy *= decay;
    motion.last = now;
    const stuck = dt > 0 && before.x === this.camera.x && before.y === this.camera.y;
    if (stuck || Math.hypot(motion.vx, motion.vy) < FLING_LEAST) this.stop();
  }
}
