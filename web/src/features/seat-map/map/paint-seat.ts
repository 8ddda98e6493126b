import { COMPANION, WHEELCHAIR } from "./plan";
import {
  LOOK_AVAILABLE,
  LOOK_BLOCKED,
  LOOK_HELD,
  LOOK_MINE,
  LOOK_SELECTED,
  LOOK_SOLD,
  TIER_SHAPES,
  tierOf,
  type Palette,
} from "./palette";
import { paintCheck, paintCompanion, paintTicket, paintWheelchair } from "./signs";

type Context = CanvasRenderingContext2D;

/** Of a seat's width, what is painted; the rest is the gap to the next. */
export const SEAT_FILL = 0.84;
/** Below this size in CSS pixels a seat is a plain square. */
export const PLAIN_BELOW = 7;
/** Below this size the parts of a shape run into each other and are left away. */
const PARTS_FROM = 10;

/**
 * Paints one seat around (0, 0), `size` large, in whatever units the context has; `pixels` is that size in CSS
 * pixels, which says how much detail can be seen. Where the context is turned, the check mark is turned back.
 */
export function paintSeat(
  ctx: Context,
  palette: Palette,
  look: number,
  tier: number,
  kind: number,
  size: number,
  pixels: number,
  turned = 0,
): void {
  switch (look) {
    case LOOK_AVAILABLE:
      ctx.fillStyle = tierOf(palette, tier).fill;
      ctx.beginPath();
      traceShape(ctx, tier, size, pixels >= PARTS_FROM);
      ctx.fill();
      paintKind(ctx, tierOf(palette, tier).ink, kind, size, pixels);
      return;
    case LOOK_HELD: {
      paintHeld(ctx, palette, tier, size, pixels);
      return;
    }
    case LOOK_SOLD: {
      paintSold(ctx, palette, size);
      return;
    }
    case LOOK_BLOCKED: {
      paintBlocked(ctx, palette, size);
      return;
    }
    case LOOK_MINE:
      ctx.fillStyle = palette.accent;
      ctx.beginPath();
      ctx.roundRect(-size / 2, -size / 2, size, size, size * 0.24);
      ctx.fill();
      {
        paintTicket(ctx, palette.accentInk, size);
        return;
      }
    case LOOK_SELECTED: {
      paintSelected(ctx, palette, size, turned);
      return;
    }
    default:
      throw new Error(`no seat looks like ${look}`);
  }
}

function paintKind(ctx: Context, ink: string, kind: number, size: number, pixels: number): void {
  if (kind === WHEELCHAIR) paintWheelchair(ctx, ink, size, pixels);
  else if (kind === COMPANION) paintCompanion(ctx, ink, size);
}

/** Traces the shape of a category: the cushion, and with room for it the parts that make it a chair. */
export function traceShape(ctx: Context, tier: number, size: number, parts: boolean): void {
  const h = size / 2;
  switch (tier % TIER_SHAPES) {
    case 1: // a back
      if (!parts) {
        ctx.roundRect(-h, -h, size, size, [size * 0.12, size * 0.12, h * 0.8, h * 0.8]);
        return;
      }
      ctx.roundRect(-h, -h, size, size * 0.74, size * 0.2);
      {
        ctx.roundRect(-h, h - size * 0.17, size, size * 0.17, size * 0.085);
        return;
      }
    case 2: // round
      ctx.moveTo(h, 0);
      {
        ctx.arc(0, 0, h, 0, Math.PI * 2);
        return;
      }
    case 3: // two arms
      if (!parts) {
        ctx.roundRect(-h * 0.8, -h, size * 0.8, size, size * 0.1);
        return;
      }
      ctx.roundRect(-h, -h * 0.6, size * 0.14, h * 1.6, size * 0.07);
      ctx.roundRect(h - size * 0.14, -h * 0.6, size * 0.14, h * 1.6, size * 0.07);
      {
        ctx.roundRect(-h + size * 0.22, -h, size * 0.56, size, size * 0.16);
        return;
      }
    case 4: {
      // eight corners
      const c = size * 0.29;
      ctx.moveTo(-h + c, -h);
      ctx.lineTo(h - c, -h);
      ctx.lineTo(h, -h + c);
      ctx.lineTo(h, h - c);
      ctx.lineTo(h - c, h);
      ctx.lineTo(-h + c, h);
      ctx.lineTo(-h, h - c);
      ctx.lineTo(-h, -h + c);
      ctx.closePath();
      return;
    }
    case 5: {
      // an arch
      ctx.roundRect(-h, -h, size, size, [h, h, size * 0.08, size * 0.08]);
      return;
    }
    default: {
      ctx.roundRect(-h, -h, size, size, size * 0.24);
      return;
    }
  }
}

function paintHeld(ctx: Context, palette: Palette, tier: number, size: number, pixels: number): void {
  const unit = size / pixels;
  const line = Math.max(unit, size * 0.075);
  ctx.save();
  ctx.strokeStyle = palette.edge;
  ctx.beginPath();
  traceShape(ctx, tier, size - line, false);
  ctx.lineWidth = line;
  ctx.stroke();
  ctx.clip();
  const step = Math.max(2.6 * unit, size * 0.24);
  ctx.lineWidth = Math.max(0.8 * unit, size * 0.055);
  ctx.beginPath();
  for (let at = -size; at <= size; at += step) {
    ctx.moveTo(at - size / 2, size / 2);
    ctx.lineTo(at + size / 2, -size / 2);
  }
  ctx.stroke();
  ctx.restore();
}

function paintSold(ctx: Context, palette: Palette, size: number): void {
  const h = size * 0.33;
  ctx.fillStyle = palette.line;
  ctx.beginPath();
  ctx.roundRect(-h, -h, 2 * h, 2 * h, size * 0.14);
  ctx.fill();
  const c = size * 0.15;
  ctx.strokeStyle = palette.edge;
  ctx.lineWidth = size * 0.08;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.moveTo(-c, -c);
  ctx.lineTo(c, c);
  ctx.moveTo(c, -c);
  ctx.lineTo(-c, c);
  ctx.stroke();
}

function paintBlocked(ctx: Context, palette: Palette, size: number): void {
  const line = size * 0.07;
  const h = size / 2 - line;
  ctx.save();
  ctx.globalAlpha *= 0.7;
  ctx.strokeStyle = palette.edge;
  ctx.lineWidth = line;
  ctx.setLineDash([size * 0.16, size * 0.14]);
  ctx.beginPath();
  ctx.roundRect(-h, -h, 2 * h, 2 * h, size * 0.2);
  ctx.stroke();
  ctx.restore();
}

/** Half of a selected seat with its ring, as a share of a seat's size: neighbours' rings just do not touch. */
const SELECTED_HALF = 0.59;

function paintSelected(ctx: Context, palette: Palette, size: number, turned: number): void {
  const square = (half: number, colour: string) => {
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.roundRect(-half * size, -half * size, 2 * half * size, 2 * half * size, size * (half - 0.2));
    ctx.fill();
  };
  square(SELECTED_HALF, palette.ink);
  square(SELECTED_HALF - 0.065, palette.bg);
  square(SELECTED_HALF - 0.12, palette.ink);
  ctx.rotate(-turned);
  paintCheck(ctx, palette.bg, size);
  ctx.rotate(turned);
}

/** At the smallest sizes: a full square, a hollow one, a dot. Around (x, y), in the context's units. */
export function paintPlain(ctx: Context, look: number, x: number, y: number, size: number, line: number): void {
  const h = size / 2;
  switch (look) {
    case LOOK_HELD:
      if (size < 3 * line) {
        ctx.fillRect(x - h, y + h - line, size, line);
        return;
      }
      ctx.fillRect(x - h, y - h, size, line);
      ctx.fillRect(x - h, y + h - line, size, line);
      ctx.fillRect(x - h, y - h + line, line, size - 2 * line);
      {
        ctx.fillRect(x + h - line, y - h + line, line, size - 2 * line);
        return;
      }
    case LOOK_SOLD: {
      ctx.fillRect(x - size * 0.2, y - size * 0.2, size * 0.4, size * 0.4);
      return;
    }
    case LOOK_BLOCKED: {
      ctx.fillRect(x - h * 0.7, y - line / 2, h * 1.4, line);
      return;
    }
    default: {
      ctx.fillRect(x - h, y - h, size, size);
      return;
    }
  }
}

/** In the overview the reader's own seats are still seen at this size, in CSS pixels. */
const LEAST_OWN = 4;

/** Marks a seat of the reader's own where seats are too small for signs: first all rims, then all fills. */
export function paintOwn(
  ctx: Context,
  colour: string,
  x: number,
  y: number,
  pixels: number,
  ratio: number,
  rim: boolean,
) {
  const size = (Math.max(LEAST_OWN, pixels) + (rim ? 3 : 0)) * ratio;
  ctx.fillStyle = colour;
  ctx.fillRect(x - size / 2, y - size / 2, size, size);
}

/** The colour that {@link paintPlain} is to be called with. */
export function plainColour(palette: Palette, look: number, tier: number): string {
  if (look === LOOK_AVAILABLE) return tierOf(palette, tier).fill;
  if (look === LOOK_MINE) return palette.accent;
  return look === LOOK_SELECTED ? palette.ink : palette.edge;
}
