import type { Box, Camera, View } from "./camera";
import { BasePainter } from "./paint-base";
import type { Frame, Scene } from "./scene";

/** How far beyond the view the picture goes on every side, as a share of the view, and in CSS pixels at most. */
const MARGIN_SHARE = 0.4;
const MARGIN_MOST = 260;
/** A picture that is shrunk or blown up by more than this looks bad even in motion. */
const SHRUNK = 0.62;
const BLOWN_UP = 1.6;
/** Beyond so many single seats the whole picture is painted anew. */
const FEW = 64;

/**
 * The canvas with all the seats. It is larger than the view: while the map moves it is only moved along,
 * which costs nothing, and painted anew when its margin is used up or the map has come to rest.
 */
export class BaseLayer {
  private readonly ctx: CanvasRenderingContext2D | null;
  private readonly painter = new BasePainter();
  private frame: Frame | undefined;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.ctx = canvas.getContext("2d");
  }

  /** What is painted is wrong: the next {@link show} paints. */
  forget(): void {
    this.frame = undefined;
  }

  /** Shows the hall as the camera sees it; paints only if the picture there is would not do. */
  show(scene: Scene, camera: Camera, view: View): void {
    if (!this.frame || !this.passes(this.frame, scene, camera, view)) this.paint(scene, camera, view);
    this.place(scene, camera, view);
  }

  /** The map has come to rest: makes the picture sharp, and gives it margin for the next move. */
  settle(scene: Scene, camera: Camera, view: View): void {
    const frame = this.frame;
    const stale = frame?.scale !== camera.scale || !covers(frame, camera, view, scene.plan.box, 0.3);
    if (stale) this.paint(scene, camera, view);
    this.place(scene, camera, view);
  }

  /** Single seats have changed. */
  repaint(scene: Scene, seats: readonly number[]): void {
    const { ctx, frame } = this;
    if (!ctx || !frame) return;
    if (seats.length > FEW) {
      this.paintFrame(ctx, scene, frame);
      return;
    }
    for (const seat of seats) {
      const x = ((scene.plan.xs[seat] ?? 0) - frame.x) * frame.scale + frame.width / 2;
      const y = ((scene.plan.ys[seat] ?? 0) - frame.y) * frame.scale + frame.height / 2;
      const h = frame.scale / 2 + 1;
      const part = { left: x - h, top: y - h, right: x + h, bottom: y + h };
      if (part.right < 0 || part.bottom < 0 || part.left > frame.width || part.top > frame.height) continue;
      const r = scene.ratio;
      const left = Math.floor(part.left * r);
      const top = Math.floor(part.top * r);
      const width = Math.ceil(part.right * r) - left;
      const height = Math.ceil(part.bottom * r) - top;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top, width, height);
      ctx.clip();
      ctx.clearRect(left, top, width, height);
      this.painter.paint(ctx, scene, frame, part);
      ctx.restore();
    }
  }

  private passes(frame: Frame, scene: Scene, camera: Camera, view: View): boolean {
    const stretch = camera.scale / frame.scale;
    return stretch >= SHRUNK && stretch <= BLOWN_UP && covers(frame, camera, view, scene.plan.box, 0);
  }

  private paint(scene: Scene, camera: Camera, view: View): void {
    if (!this.ctx) return;
    const { ratio } = scene;
    const width = view.width + 2 * Math.min(MARGIN_MOST, Math.round(view.width * MARGIN_SHARE));
    const height = view.height + 2 * Math.min(MARGIN_MOST, Math.round(view.height * MARGIN_SHARE));
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.frame = { x: camera.x, y: camera.y, scale: camera.scale, width, height };
    this.paintFrame(this.ctx, scene, this.frame);
  }

  private paintFrame(ctx: CanvasRenderingContext2D, scene: Scene, frame: Frame): void {
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.painter.paint(ctx, scene, frame, { left: 0, top: 0, right: frame.width, bottom: frame.height });
  }

  private place(scene: Scene, camera: Camera, view: View): void {
    const { frame } = this;
    if (!frame) return;
    const stretch = camera.scale / frame.scale;
    let left = (frame.x - camera.x) * camera.scale + view.width / 2 - (frame.width / 2) * stretch;
    let top = (frame.y - camera.y) * camera.scale + view.height / 2 - (frame.height / 2) * stretch;
    if (stretch === 1) {
      // On whole pixels it stays as sharp as it was painted.
      left = Math.round(left * scene.ratio) / scene.ratio;
      top = Math.round(top * scene.ratio) / scene.ratio;
    }
    this.canvas.style.transform = `translate(${left}px, ${top}px) scale(${stretch})`;
  }
}

/** Whether a picture has all of the hall that the view shows, and a part of its margin beside. */
function covers(frame: Frame, camera: Camera, view: View, hall: Box, marginShare: number): boolean {
  const spareX = ((frame.width - view.width) / 2) * marginShare;
  const spareY = ((frame.height - view.height) / 2) * marginShare;
  const halfX = (view.width / 2 + spareX) / camera.scale;
  const halfY = (view.height / 2 + spareY) / camera.scale;
  return (
    reaches(frame.x, frame.width / 2 / frame.scale, camera.x, halfX, hall.left, hall.right) &&
    reaches(frame.y, frame.height / 2 / frame.scale, camera.y, halfY, hall.top, hall.bottom)
  );
}

/** On one axis: the picture's middle and half its length, then the view's; beyond the hall there is nothing to show. */
function reaches(picture: number, half: number, middle: number, viewHalf: number, low: number, high: number): boolean {
  return (
    picture - half <= Math.max(low, middle - viewHalf) + 1e-6 &&
    picture + half >= Math.min(high, middle + viewHalf) - 1e-6
  );
}
