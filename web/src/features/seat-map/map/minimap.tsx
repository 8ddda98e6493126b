import { useEffect, useRef, type PointerEvent } from "react";
import type { SeatStates } from "../model";
import { AVAILABLE } from "../model";
import type { SeatMapEngine } from "./engine";
import { pixelRatio, tierOf, type Palette } from "./palette";
import { minimapOf } from "./places";
import { usePalette } from "./use-palette";

interface MinimapProps {
  engine: SeatMapEngine;
  states: SeatStates;
}

/**
 * The whole hall in a corner, with what is seen of it. Tapped or dragged, the map goes there. It is for pointers
 * only: keys and screen readers go from seat to seat.
 */
export function Minimap({ engine, states }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const palette = usePalette();
  const { box } = engine.plan;
  const { width, height, scale } = minimapOf(box);

  useEffect(() => {
    if (canvas.current) paint(canvas.current, engine, states, palette, scale);
  }, [engine, states, palette, scale]);

  useEffect(
    () =>
      engine.follow((camera, view) => {
        const style = frame.current?.style;
        if (!style) return;
        const left = Math.max(0, (camera.x - view.width / 2 / camera.scale - box.left) * scale);
        const top = Math.max(0, (camera.y - view.height / 2 / camera.scale - box.top) * scale);
        const right = Math.min(width, (camera.x + view.width / 2 / camera.scale - box.left) * scale);
        const bottom = Math.min(height, (camera.y + view.height / 2 / camera.scale - box.top) * scale);
        style.transform = `translate(${left}px, ${top}px)`;
        style.width = `${Math.max(6, right - left)}px`;
        style.height = `${Math.max(6, bottom - top)}px`;
      }),
    [engine, box, scale, width, height],
  );

  const go = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons === 0) return;
    const at = event.currentTarget.getBoundingClientRect();
    engine.lookAt(box.left + (event.clientX - at.left) / scale, box.top + (event.clientY - at.top) / scale);
  };

  return (
    <div className="border-line bg-surface absolute bottom-2 left-2 rounded-xl border p-1.5 shadow-sm" aria-hidden>
      <div
        className="relative cursor-pointer touch-none overflow-hidden rounded-md"
        style={{ width, height }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={go}
      >
        <canvas ref={canvas} className="absolute inset-0 size-full" />
        <div ref={frame} className="border-accent bg-accent/15 absolute top-0 left-0 rounded-sm border-2" />
      </div>
    </div>
  );
}

function paint(
  canvas: HTMLCanvasElement,
  { plan }: SeatMapEngine,
  states: SeatStates,
  palette: Palette,
  scale: number,
): void {
  const { box, xs, ys, tiers } = plan;
  const k = scale * pixelRatio();
  canvas.width = Math.round((box.right - box.left) * k);
  canvas.height = Math.round((box.bottom - box.top) * k);
  const ctx = canvas.getContext("2d");
  if (!ctx) return;
  const { front } = plan.room;
  ctx.fillStyle = palette.edge;
  if (front.kind === "stage") {
    ctx.fillRect(
      (front.left - box.left) * k,
      (front.top - box.top) * k,
      (front.right - front.left) * k,
      (front.bottom - front.top) * k,
    );
  }
  const size = Math.max(1, k * 0.9);
  let painting = "";
  for (let i = 0; i < xs.length; i++) {
    const colour = states.codes[i] === AVAILABLE ? tierOf(palette, tiers[i] ?? 0).fill : palette.line;
    if (colour !== painting) {
      painting = colour;
      ctx.fillStyle = colour;
    }
    ctx.fillRect(((xs[i] ?? 0) - box.left) * k - size / 2, ((ys[i] ?? 0) - box.top) * k - size / 2, size, size);
  }
}
