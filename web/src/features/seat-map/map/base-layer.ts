import type { Box, Camera, View } from "./camera";
import { BasePainter } from "./paint-base";
import type { Frame, Scene } from "./scene";

/** How far beyond the view the picture goes on every side, as a share of the view, and in CSS pixels at most. */
const MARGIN_SHARE = 0.4;
const MARGIN_MOST = 260;
/** A picture that is shrunk or blown up by more than this looks bad even in motion. */
const SHRUNK = 0.62;
const BLOWN_UP = 1.6;
/** Half of a seat's place, in seat widths, and a little for seats that are turned. */
const REACH = 0.62;
/** A picture that has moved on by more than this share of itself is painted anew. */
const MOST_SCROLLED = 0.6;
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
      const h = frame.scale * REACH + 1;
      this.paintPart(ctx, scene, frame, { left: x - h, top: y - h, right: x + h, bottom: y + h });
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
    const before = this.frame;
    this.frame = { x: camera.x, y: camera.y, scale: camera.scale, width, height };
    if (before && this.scroll(this.ctx, scene, before, this.frame)) return;
    this.paintFrame(this.ctx, scene, this.frame);
  }

  /**
   * Where only the place has changed, what is painted already is moved, and only the strips that come in are
   * painted. Returns false where there is too little of it. The new frame is moved to whole pixels of the old.
   */
  private scroll(ctx: CanvasRenderingContext2D, scene: Scene, from: Frame, to: Frame): boolean {
    if (from.scale !== to.scale || from.width !== to.width || from.height !== to.height) return false;
    const k = to.scale * scene.ratio;
    const dx = Math.round((from.x - to.x) * k);
    const dy = Math.round((from.y - to.y) * k);
    if (Math.abs(dx) > this.canvas.width * MOST_SCROLLED || Math.abs(dy) > this.canvas.height * MOST_SCROLLED) {
      return false;
    }
    to.x = from.x - dx / k;
    to.y = from.y - dy / k;
    ctx.globalCompositeOperation = "copy";
    ctx.drawImage(this.canvas, dx, dy);
    ctx.globalCompositeOperation = "source-over";
    const { width, height } = to;
    const x = dx / scene.ratio;
    const y = dy / scene.ratio;
    if (x !== 0)
      this.paintPart(
        ctx,
        scene,
        to,
        strip(x, width, (left, right) => ({ left, right, top: 0, bottom: height })),
      );
    if (y !== 0)
      this.paintPart(
        ctx,
        scene,
        to,
        strip(y, height, (top, bottom) => ({ left: 0, right: width, top, bottom })),
      );
    return true;
  }

  /** Paints a part of the picture anew, and nothing beside it. In CSS pixels of the picture. */
  private paintPart(ctx: CanvasRenderingContext2D, scene: Scene, frame: Frame, part: Box): void {
    if (part.right < 0 || part.bottom < 0 || part.left > frame.width || part.top > frame.height) return;
    const left = Math.floor(part.left * scene.ratio);
    const top = Math.floor(part.top * scene.ratio);
    const width = Math.ceil(part.right * scene.ratio) - left;
    const height = Math.ceil(part.bottom * scene.ratio) - top;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.clearRect(left, top, width, height);
    this.painter.paint(ctx, scene, frame, part);
    ctx.restore();
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

/** What comes in when a length moves by so much: at its start, or at its end. */
function strip(moved: number, length: number, box: (from: number, to: number) => Box): Box {
  return moved > 0 ? box(0, moved) : box(length + moved, length);
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
