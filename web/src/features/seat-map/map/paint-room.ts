import type { Box } from "./camera";
import type { Label, Screen, Stage } from "./room";
import { faded, FONT, type Frame, type Scene } from "./scene";

type Context = CanvasRenderingContext2D;

const bounded = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** The screen or the stage. */
export function paintFront(ctx: Context, scene: Scene, frame: Frame): void {
  const { front } = scene.plan.room;
  ctx.save();
  // In CSS pixels from here on.
  ctx.scale(scene.ratio, scene.ratio);
  if (front.kind === "screen") paintScreen(ctx, scene, frame, front);
  else paintStage(ctx, scene, frame, front);
  ctx.restore();
}

function paintScreen(ctx: Context, { palette }: Scene, frame: Frame, screen: Screen): void {
  const k = frame.scale;
  const x = (screen.x - frame.x) * k + frame.width / 2;
  const y = (screen.y - frame.y) * k + frame.height / 2;
  const half = screen.half * k;
  const sag = screen.sag * k;
  const curve = () => {
    ctx.moveTo(x - half, y + sag);
    ctx.quadraticCurveTo(x, y - sag, x + half, y + sag);
  };
  // The light that falls on the first rows: round, so that it has no edge, and only below the screen.
  const depth = bounded(4.2 * k, 30, 150);
  const light = ctx.createRadialGradient(0, 0, 0, 0, 0, 1);
  const glow = palette.dark ? 70 : 52;
  light.addColorStop(0, faded(palette.focus, glow));
  light.addColorStop(0.5, faded(palette.focus, glow * 0.36));
  light.addColorStop(1, faded(palette.focus, 0));
  ctx.save();
  ctx.beginPath();
  curve();
  ctx.lineTo(x + half * 1.1, y + sag + depth);
  ctx.lineTo(x - half * 1.1, y + sag + depth);
  ctx.clip();
  ctx.translate(x, y + sag * 0.4);
  ctx.scale(half * 0.98, depth);
  ctx.fillStyle = light;
  ctx.fillRect(-1, -1, 2, 2);
  ctx.restore();
  ctx.save();
  ctx.shadowColor = palette.focus;
  ctx.shadowBlur = bounded(k * 0.8, 8, 24);
  ctx.strokeStyle = palette.dark ? palette.ink : palette.muted;
  ctx.lineWidth = bounded(k * 0.16, 2.5, 5);
  ctx.lineCap = "round";
  ctx.beginPath();
  curve();
  ctx.stroke();
  ctx.restore();
  const font = bounded(k * 0.5, 10, 14);
  spaced(ctx, "SCREEN", x, y - font * 1.05, font, palette.muted);
}

function paintStage(ctx: Context, { palette }: Scene, frame: Frame, stage: Stage): void {
  const k = frame.scale;
  const left = (stage.left - frame.x) * k + frame.width / 2;
  const top = (stage.top - frame.y) * k + frame.height / 2;
  const width = (stage.right - stage.left) * k;
  const height = (stage.bottom - stage.top) * k;
  const radius = Math.min(width, height) * 0.16;
  const light = ctx.createLinearGradient(0, top, 0, top + height);
  light.addColorStop(0, faded(palette.focus, palette.dark ? 26 : 16));
  light.addColorStop(1, faded(palette.focus, palette.dark ? 84 : 52));
  ctx.fillStyle = light;
  ctx.strokeStyle = palette.edge;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.roundRect(left, top, width, height, radius);
  ctx.fill();
  ctx.stroke();
  const font = bounded(k * 3, 9, 26);
  spaced(ctx, "STAGE", left + width / 2, top + height / 2, Math.min(font, height * 0.5), palette.ink);
}

/** Capital letters with air between them. */
function spaced(ctx: Context, text: string, x: number, y: number, font: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = `600 ${font}px ${FONT}`;
  ctx.letterSpacing = `${font * 0.35}px`;
  // The last letter has its air too: without it the word would be left of its middle.
  ctx.fillText(text, x + font * 0.175, y);
  ctx.letterSpacing = "0px";
}

/** So many pixels between two seats are enough for the name of their row. */
const ROOM_FOR_NAME = 15;

/** The names of the rows beside them, and those of the blocks before them. */
export function paintRowLabels(ctx: Context, { plan, palette, ratio }: Scene, frame: Frame, part: Box): void {
  const k = frame.scale;
  ctx.fillStyle = palette.muted;
  ctx.textBaseline = "middle";
  ctx.font = `600 ${bounded(k * 0.42, 8, 16) * ratio}px ${FONT}`;
  for (const label of plan.room.rowLabels) {
    if (label.room === undefined || label.room * k >= ROOM_FOR_NAME) paintLabel(ctx, label, label.align);
  }
  ctx.font = `700 ${bounded(k * 0.75, 11, 24) * ratio}px ${FONT}`;
  for (const label of plan.room.blockLabels) paintLabel(ctx, label, "center");

  function paintLabel(on: Context, { x: worldX, y: worldY, text }: Label, align: CanvasTextAlign) {
    const x = (worldX - frame.x) * k + frame.width / 2;
    const y = (worldY - frame.y) * k + frame.height / 2;
    // A label is at most a few seats long.
    const reach = 3 * k;
    if (x < part.left - reach || x > part.right + reach || y < part.top - reach || y > part.bottom + reach) return;
    on.textAlign = align;
    on.fillText(text, x * ratio, y * ratio);
  }
}

/** The names of the blocks, over their seats, with a rim that sets them off. */
export function paintSectionLabels(ctx: Context, { plan, palette, ratio }: Scene, frame: Frame): void {
  const k = frame.scale;
  const font = bounded(k * 4.2, 9, 19) * ratio;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.font = `700 ${font}px ${FONT}`;
  ctx.lineJoin = "round";
  ctx.lineWidth = font * 0.42;
  ctx.strokeStyle = faded(palette.bg, 235);
  ctx.fillStyle = palette.ink;
  for (const section of plan.rows.sections) {
    const x = ((section.x - frame.x) * k + frame.width / 2) * ratio;
    const y = ((section.y - frame.y) * k + frame.height / 2) * ratio;
    ctx.strokeText(section.name, x, y);
    ctx.fillText(section.name, x, y);
  }
}
