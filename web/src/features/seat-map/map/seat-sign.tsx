import { useEffect, useRef } from "react";
import { paintSeat } from "./paint-seat";
import * as looks from "./palette";
import { COMPANION, STANDARD, WHEELCHAIR } from "./plan";
import { usePalette } from "./use-palette";

export type SeatSignKind = "available" | "held" | "sold" | "blocked" | "selected" | "mine" | "wheelchair" | "companion";

const looksOf: Record<SeatSignKind, readonly [look: number, kind: number]> = {
  available: [looks.LOOK_AVAILABLE, STANDARD],
  held: [looks.LOOK_HELD, STANDARD],
  sold: [looks.LOOK_SOLD, STANDARD],
  blocked: [looks.LOOK_BLOCKED, STANDARD],
  selected: [looks.LOOK_SELECTED, STANDARD],
  mine: [looks.LOOK_MINE, STANDARD],
  wheelchair: [looks.LOOK_AVAILABLE, WHEELCHAIR],
  companion: [looks.LOOK_AVAILABLE, COMPANION],
};

interface SeatSignProps {
  kind: SeatSignKind;
  /** Index of the category. */
  tier?: number;
  /** The side of the sign in CSS pixels; the seat fills it as it fills its place in the map. */
  size?: number;
}

/** A seat as the map paints it, for legends; what it means is said beside it. */
export function SeatSign({ kind, tier = 0, size = 24 }: SeatSignProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext("2d");
    if (!element || !ctx) return;
    const ratio = looks.pixelRatio();
    // Setting the size clears the canvas.
    element.width = Math.round(size * ratio);
    element.height = Math.round(size * ratio);
    ctx.translate(element.width / 2, element.height / 2);
    // A selected seat is larger than its place, by its ring.
    const pixels = size * (kind === "selected" ? 0.68 : 0.84);
    const [look, seatKind] = looksOf[kind];
    paintSeat(ctx, palette, look, tier, seatKind, pixels * ratio, pixels);
  }, [kind, tier, size, palette]);
  return <canvas ref={canvas} aria-hidden className="shrink-0" style={{ width: size, height: size }} />;
}
