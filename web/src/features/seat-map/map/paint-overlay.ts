import type { Camera, View } from "./camera";
import type { Effect } from "./effects";
import { paintOwn, paintPlain, paintSeat, plainColour, PLAIN_BELOW, SEAT_FILL } from "./paint-seat";
import { LOOK_AVAILABLE, LOOK_HELD, LOOK_SELECTED, tierOf, type Palette } from "./palette";
import type { Scene } from "./scene";

type Context = CanvasRenderingContext2D;

/** What is painted over the seats. -1 where there is no such seat. */
export interface Over {
  selected: ReadonlySet<number>;
  mine: ReadonlySet<number>;
  hovered: number;
  focused: number;
  /** A finger rests on a seat: since when. */
  pressed: number;
  pressedAt: number;
  effects: readonly Effect[];
  /** Less motion is wanted: what would move stands still. */
  calm: boolean;
}

/** A long press is shown from so many milliseconds on: a tap shows nothing. */
const PRESS_SHOWN_MS = 120;
export const PRESS_MS = 350;

export function isEmpty(over: Over): boolean {
  const { selected, hovered, focused, pressed, effects } = over;
  return selected.size === 0 && hovered < 0 && focused < 0 && pressed < 0 && effects.length === 0;
}

/** Paints on a clear canvas that is as large as the view. */
export function paintOverlay(ctx: Context, scene: Scene, camera: Camera, view: View, over: Over, now: number): void {
  const { plan, palette, ratio } = scene;
  const k = camera.scale;
  const size = k * SEAT_FILL;
  // In CSS pixels, around the middle of a seat; false where that is out of sight.
  const enter = (seat: number): boolean => {
    const x = ((plan.xs[seat] ?? 0) - camera.x) * k + view.width / 2;
    const y = ((plan.ys[seat] ?? 0) - camera.y) * k + view.height / 2;
    if (x < -k - 40 || y < -k - 40 || x > view.width + k + 40 || y > view.height + k + 40) return false;
    const angle = size < PLAIN_BELOW ? 0 : (plan.angles[seat] ?? 0);
    const c = Math.cos(angle) * ratio;
    const s = Math.sin(angle) * ratio;
    ctx.setTransform(c, s, -s, c, x * ratio, y * ratio);
    return true;
  };
  const seatAs = (seat: number, look: number) => {
    const tier = plan.tiers[seat] ?? 0;
    if (size >= PLAIN_BELOW) {
      paintSeat(ctx, palette, look, tier, plan.kinds[seat] ?? 0, size, size, plan.angles[seat]);
      return;
    }
    ctx.fillStyle = plainColour(palette, look, tier);
    paintPlain(ctx, look, 0, 0, size, 1);
  };

  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  for (const effect of over.effects) {
    if (effect.kind !== "change" || over.calm || !enter(effect.seat)) continue;
    ctx.globalAlpha = Math.max(0, 1 - (now - effect.start) / 260);
    seatAs(effect.seat, effect.from);
    ctx.globalAlpha = 1;
  }
  for (const seat of over.selected) {
    if (!enter(seat)) continue;
    const pop = over.calm ? undefined : over.effects.find((e) => e.kind === "pop" && e.seat === seat);
    if (pop) {
      const share = (now - pop.start) / pop.ms;
      const grown = 0.7 + 0.3 * share + 0.22 * Math.sin(Math.PI * share);
      ctx.scale(grown, grown);
    }
    if (size >= PLAIN_BELOW) seatAs(seat, LOOK_SELECTED);
    else paintOwn(ctx, palette.bg, 0, 0, size, 1, true);
  }
  if (size < PLAIN_BELOW) {
    for (const seat of over.selected) if (enter(seat)) paintOwn(ctx, palette.ink, 0, 0, size, 1, false);
  }
  if (over.hovered >= 0 && enter(over.hovered))
    ring(ctx, size, over.selected.has(over.hovered) ? 5 : 2, palette.ink, 2);
  if (over.focused >= 0 && enter(over.focused)) {
    // Two colours: one of them stands out wherever it lies.
    const away = over.selected.has(over.focused) ? size * 0.22 + 2 : 3;
    ring(ctx, size, away, palette.bg, 6);
    ring(ctx, size, away, palette.focus, 3);
  }
  if (over.pressed >= 0 && enter(over.pressed)) paintPress(ctx, palette, size, now - over.pressedAt, over.calm);
  for (const effect of over.effects) {
    if (effect.kind === "pop" || !enter(effect.seat)) continue;
    if (effect.kind === "pulse") paintPulse(ctx, palette, size, effect, now, over.calm);
    else if (!over.calm) paintChange(ctx, palette, size, effect, plan.tiers[effect.seat] ?? 0, now);
  }
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.globalAlpha = 1;
}

function ring(ctx: Context, size: number, away: number, colour: string, width: number): void {
  const h = size / 2 + away;
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.roundRect(-h, -h, 2 * h, 2 * h, size * 0.24 + away);
  ctx.stroke();
}

/** A ring that spreads from a seat and fades, in the colour of what the seat has become. */
function paintChange(ctx: Context, palette: Palette, size: number, effect: Effect, tier: number, now: number): void {
  const share = Math.min(1, (now - effect.start) / effect.ms);
  const eased = 1 - (1 - share) ** 2;
  const taken = effect.to === LOOK_HELD ? palette.focus : palette.muted;
  ctx.globalAlpha = 1 - share;
  const reach = Math.max(10, size * 0.7);
  ring(ctx, size, reach * eased, effect.to === LOOK_AVAILABLE ? tierOf(palette, tier).fill : taken, 2.5);
  ctx.globalAlpha = 1;
}

/** Three beats of a ring; where motion is not wanted, one that stands for as long. */
function paintPulse(ctx: Context, palette: Palette, size: number, effect: Effect, now: number, calm: boolean): void {
  if (calm) {
    ring(ctx, size, 4, palette.accent, 3);
    return;
  }
  const share = Math.min(1, Math.max(0, (now - effect.start) / effect.ms));
  const beat = (share * 3) % 1;
  ctx.globalAlpha = 1 - beat ** 2;
  ring(ctx, size, 2 + beat * Math.max(9, size * 0.4), palette.accent, 3);
  ctx.globalAlpha = 1;
}

/** An arc that closes around the seat while the finger rests. */
function paintPress(ctx: Context, palette: Palette, size: number, pressed: number, calm: boolean): void {
  if (pressed < PRESS_SHOWN_MS) return;
  const share = calm ? 1 : Math.min(1, (pressed - PRESS_SHOWN_MS) / (PRESS_MS - PRESS_SHOWN_MS));
  ctx.strokeStyle = palette.accent;
  ctx.lineWidth = 4;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.arc(0, 0, Math.max(26, size * 0.85), -Math.PI / 2, -Math.PI / 2 + share * Math.PI * 2);
  ctx.stroke();
}
