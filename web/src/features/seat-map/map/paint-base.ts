import type { Box } from "./camera";
import { paintFront, paintRowLabels, paintSectionLabels } from "./paint-room";
import { paintOwn, paintPlain, plainColour, PLAIN_BELOW, SEAT_FILL } from "./paint-seat";
import { LOOK_AVAILABLE, LOOK_MINE, TIER_SHAPES, tierOf } from "./palette";
import { STANDARD } from "./plan";
import { DIMMED, FONT, type Frame, type Scene } from "./scene";
import { Sprites } from "./sprites";

type Context = CanvasRenderingContext2D;

/** From this size of a seat in CSS pixels on, its number is on it. */
export const NUMBERS_FROM = 22;
/** From this scale on there is room for the names of the rows; below it sections are named instead. */
export const ROW_LABELS_FROM = 8;

/** Paints all seats and the room as they are, on a canvas that is clear. `only`: seats by index, where not all of them. */
export class BasePainter {
  private sprites: Sprites | undefined;
  private spritesOf: { palette: unknown; scale: number; ratio: number } | undefined;

  /** `part`: the part of the picture, in its CSS pixels, outside of which nothing is painted. */
  paint(ctx: Context, scene: Scene, frame: Frame, part: Box): void {
    const { plan } = scene;
    paintFront(ctx, scene, frame);
    const pixels = frame.scale * SEAT_FILL;
    if (pixels < PLAIN_BELOW) paintPlainSeats(ctx, scene, frame, part);
    else this.paintSprites(ctx, scene, frame, part);
    if (pixels >= NUMBERS_FROM) paintNumbers(ctx, scene, frame, part);
    if (frame.scale >= ROW_LABELS_FROM) paintRowLabels(ctx, scene, frame, part);
    else if (plan.rows.sections.length > 0) paintSectionLabels(ctx, scene, frame);
  }

  private paintSprites(ctx: Context, scene: Scene, frame: Frame, part: Box): void {
    const { plan, palette, ratio, looks, spotlight } = scene;
    const known = this.spritesOf;
    if (!this.sprites || known?.palette !== palette || known.scale !== frame.scale || known.ratio !== ratio) {
      this.sprites = new Sprites(plan, palette, frame.scale, ratio);
      this.spritesOf = { palette, scale: frame.scale, ratio };
    }
    const k = frame.scale;
    let alpha = 1;
    let turned = false;
    for (let i = 0; i < looks.length; i++) {
      const x = ((plan.xs[i] ?? 0) - frame.x) * k + frame.width / 2;
      if (x < part.left - k || x > part.right + k) continue;
      const y = ((plan.ys[i] ?? 0) - frame.y) * k + frame.height / 2;
      if (y < part.top - k || y > part.bottom + k) continue;
      const tier = plan.tiers[i] ?? 0;
      const look = looks[i] ?? 0;
      // The reader's own seats are never dimmed.
      const wanted = spotlight >= 0 && tier !== spotlight && look !== LOOK_MINE ? DIMMED : 1;
      if (wanted !== alpha) {
        alpha = wanted;
        ctx.globalAlpha = alpha;
      }
      const angle = plan.angles[i] ?? 0;
      const kind = plan.kinds[i] ?? 0;
      // A seat with a sign on it is upright, that it can be read.
      if (angle !== 0 && kind === STANDARD && look !== LOOK_MINE) {
        this.sprites.drawTurned(ctx, look, tier, kind, x * ratio, y * ratio, angle);
        turned = true;
        continue;
      }
      if (turned) ctx.setTransform(1, 0, 0, 1, 0, 0);
      turned = false;
      this.sprites.draw(ctx, look, tier, kind, x * ratio, y * ratio);
    }
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = 1;
  }
}

function paintPlainSeats(ctx: Context, scene: Scene, frame: Frame, part: Box): void {
  const { plan, palette, ratio, looks, spotlight } = scene;
  const k = frame.scale;
  const size = k * SEAT_FILL * ratio;
  const line = Math.max(1, size * 0.16);
  let alpha = 1;
  let key = -1;
  for (let i = 0; i < looks.length; i++) {
    const x = ((plan.xs[i] ?? 0) - frame.x) * k + frame.width / 2;
    if (x < part.left - k || x > part.right + k) continue;
    const y = ((plan.ys[i] ?? 0) - frame.y) * k + frame.height / 2;
    if (y < part.top - k || y > part.bottom + k) continue;
    const look = looks[i] ?? 0;
    const tier = plan.tiers[i] ?? 0;
    const wanted = spotlight >= 0 && tier !== spotlight ? DIMMED : 1;
    if (wanted !== alpha) {
      alpha = wanted;
      ctx.globalAlpha = alpha;
    }
    if (key !== look * 256 + tier) {
      key = look * 256 + tier;
      ctx.fillStyle = plainColour(palette, look, tier);
    }
    paintPlain(ctx, look, x * ratio, y * ratio, size, line);
  }
  ctx.globalAlpha = 1;
  for (const rim of [true, false]) {
    for (let i = 0; i < looks.length; i++) {
      if (looks[i] !== LOOK_MINE) continue;
      const x = (((plan.xs[i] ?? 0) - frame.x) * k + frame.width / 2) * ratio;
      const y = (((plan.ys[i] ?? 0) - frame.y) * k + frame.height / 2) * ratio;
      paintOwn(ctx, rim ? palette.bg : palette.accent, x, y, k * SEAT_FILL, ratio, rim);
    }
  }
}

function paintNumbers(ctx: Context, scene: Scene, frame: Frame, part: Box): void {
  const { plan, palette, ratio, looks, spotlight } = scene;
  const k = frame.scale;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = `600 ${k * 0.34 * ratio}px ${FONT}`;
  let inked = -1;
  for (let i = 0; i < looks.length; i++) {
    const tier = plan.tiers[i] ?? 0;
    if (looks[i] !== LOOK_AVAILABLE || plan.kinds[i] !== STANDARD || (spotlight >= 0 && tier !== spotlight)) continue;
    const x = ((plan.xs[i] ?? 0) - frame.x) * k + frame.width / 2;
    if (x < part.left - k || x > part.right + k) continue;
    const y = ((plan.ys[i] ?? 0) - frame.y) * k + frame.height / 2;
    if (y < part.top - k || y > part.bottom + k) continue;
    if (tier !== inked) {
      inked = tier;
      ctx.fillStyle = tierOf(palette, tier).ink;
    }
    // Before a backrest the cushion's middle is further to the front. The number itself is always upright.
    const angle = plan.angles[i] ?? 0;
    const front = tier % TIER_SHAPES === 1 ? k * 0.1 : 0;
    const numberX = (x + front * Math.sin(angle)) * ratio;
    const numberY = (y - front * Math.cos(angle) + k * 0.02) * ratio;
    ctx.fillText(String(plan.hall.seats[i]?.number ?? ""), numberX, numberY);
  }
}
