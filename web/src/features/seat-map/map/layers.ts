import { BaseLayer } from "./base-layer";
import type { Camera, View } from "./camera";
import { areMarked, paintMarks } from "./paint-marks";
import { paintPinned } from "./paint-pinned";
import { Pinned } from "./pinned";
import { isLost } from "./places";
import { isEmpty, paintOverlay, type Over } from "./paint-overlay";
import { pixelRatio, readPalette } from "./palette";
import type { Plan } from "./plan";
import type { Scene } from "./scene";

/** The elements that the map is made of. */
export interface Elements {
  /** What is panned, and gives the size. */
  ground: HTMLElement;
  base: HTMLCanvasElement;
  overlay: HTMLCanvasElement;
  /** The cells of the grid; laid out with {@link CELL_UNIT} pixels per seat width, and moved over the seats. */
  cells: HTMLElement;
}

export const CELL_UNIT = 24;
/** The map has come to rest when it has not moved for so long. */
const SETTLE_MS = 130;

/** The canvases and the cells over them: what is painted, and where it lies. */
export class Layers {
  readonly scene: Scene;
  private readonly base: BaseLayer;
  private readonly overlay: CanvasRenderingContext2D | null;
  private readonly pinned: Pinned;
  private shown: Camera | undefined;
  /** What the names at the edges are placed for. */
  private pinnedFor: Camera | undefined;
  private blank = true;
  private settling = 0;

  constructor(
    private readonly elements: Elements,
    plan: Plan,
    looks: Uint8Array,
    spotlight: number,
  ) {
    this.base = new BaseLayer(elements.base);
    this.pinned = new Pinned(plan);
    this.overlay = elements.overlay.getContext("2d");
    this.scene = { plan, palette: readPalette(), ratio: pixelRatio(), looks, spotlight };
  }

  destroy(): void {
    clearTimeout(this.settling);
  }

  /** Everything is to be painted anew at the next {@link show}. */
  forget(): void {
    this.base.forget();
    this.shown = undefined;
    this.pinnedFor = undefined;
    this.blank = false;
  }

  retheme(): void {
    this.scene.palette = readPalette();
    this.forget();
  }

  /** Setting the size clears the canvas: it is to be painted in the same frame. */
  resize(view: View): void {
    this.scene.ratio = pixelRatio();
    this.elements.overlay.width = Math.round(view.width * this.scene.ratio);
    this.elements.overlay.height = Math.round(view.height * this.scene.ratio);
    this.forget();
  }

  spotlight(tier: number): void {
    if (this.scene.spotlight === tier) return;
    this.scene.spotlight = tier;
    this.base.forget();
  }

  repaint(seats: readonly number[]): void {
    this.base.repaint(this.scene, seats);
  }

  /** Shows the seats as the camera sees them; returns whether it has moved. */
  show(camera: Camera, view: View): boolean {
    this.base.show(this.scene, camera, view);
    if (camera === this.shown) return false;
    this.shown = camera;
    const left = view.width / 2 - camera.x * camera.scale;
    const top = view.height / 2 - camera.y * camera.scale;
    this.elements.cells.style.transform = `translate(${left}px, ${top}px) scale(${camera.scale / CELL_UNIT})`;
    clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.base.settle(this.scene, camera, view), SETTLE_MS);
    return true;
  }

  paintOver(over: Over, camera: Camera, view: View, now: number): void {
    const { overlay, scene, pinned } = this;
    if (camera !== this.pinnedFor) pinned.place(camera, view, isLost(scene.plan, camera, view));
    this.pinnedFor = camera;
    const marked = areMarked(camera) && over.selected.size + over.mine.size > 0;
    const empty = isEmpty(over) && !marked && pinned.count === 0 && pinned.block === "";
    if (!overlay || (empty && this.blank)) return;
    paintOverlay(overlay, scene, camera, view, over, now);
    if (marked) paintMarks(overlay, scene, camera, view, over.mine, over.selected);
    paintPinned(overlay, scene, view, pinned);
    overlay.setTransform(1, 0, 0, 1, 0, 0);
    this.blank = empty;
  }
}
