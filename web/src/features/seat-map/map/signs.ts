type Context = CanvasRenderingContext2D;

/** The signs on seats, around (0, 0), for a seat of the size. */

export function paintCheck(ctx: Context, ink: string, size: number): void {
  ctx.strokeStyle = ink;
  ctx.lineWidth = size * 0.13;
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.beginPath();
  ctx.moveTo(-size * 0.24, size * 0.02);
  ctx.lineTo(-size * 0.07, size * 0.19);
  ctx.lineTo(size * 0.25, -size * 0.18);
  ctx.stroke();
}

/** A ticket: notched at both sides. */
export function paintTicket(ctx: Context, ink: string, size: number): void {
  const w = size * 0.32;
  const h = size * 0.22;
  const notch = size * 0.09;
  ctx.fillStyle = ink;
  ctx.beginPath();
  ctx.moveTo(-w, -h);
  ctx.lineTo(w, -h);
  ctx.lineTo(w, -notch);
  ctx.arc(w, 0, notch, -Math.PI / 2, Math.PI / 2, true);
  ctx.lineTo(w, h);
  ctx.lineTo(-w, h);
  ctx.lineTo(-w, notch);
  ctx.arc(-w, 0, notch, Math.PI / 2, -Math.PI / 2, true);
  ctx.closePath();
  ctx.fill();
}

/** A person in a wheelchair; at small sizes the wheel and the head. */
export function paintWheelchair(ctx: Context, ink: string, size: number, pixels: number): void {
  const u = size / 24;
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = u * (pixels < 14 ? 2.8 : 2.2);
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.beginPath();
  ctx.arc(-1.5 * u, -7.2 * u, 2 * u, 0, Math.PI * 2);
  ctx.fill();
  ctx.beginPath();
  // The wheel, open at the front.
  ctx.arc(-1 * u, 3 * u, 5 * u, -Math.PI * 0.72, Math.PI * 0.32, true);
  ctx.stroke();
  // Back, seat, leg.
  ctx.beginPath();
  ctx.moveTo(-1.5 * u, -3.4 * u);
  ctx.lineTo(-1 * u, 1.6 * u);
  ctx.lineTo(4 * u, 1.6 * u);
  ctx.lineTo(6.2 * u, 6.8 * u);
  ctx.moveTo(-1.2 * u, -1.4 * u);
  ctx.lineTo(3.4 * u, -1.4 * u);
  ctx.stroke();
}

/** Head and shoulders. */
export function paintCompanion(ctx: Context, ink: string, size: number): void {
  ctx.fillStyle = ink;
  ctx.beginPath();
  ctx.arc(0, -size * 0.14, size * 0.14, 0, Math.PI * 2);
  ctx.fill();
  ctx.beginPath();
  ctx.arc(0, size * 0.3, size * 0.25, Math.PI, Math.PI * 2);
  ctx.closePath();
  ctx.fill();
}
