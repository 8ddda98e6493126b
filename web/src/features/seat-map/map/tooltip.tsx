import { useLayoutEffect, useRef } from "react";
import type { Hall } from "../model";
import type { Box } from "./camera";
import { placeTip } from "./place-tip";
import { lookWord, seatWords } from "./words";

interface TooltipProps {
  hall: Hall;
  seat: number;
  look: number;
  /** Of the seat, in pixels of the map. */
  box: Box;
  view: { width: number; height: number };
}

/** What the seat under the mouse is. The cells of the grid say the same to screen readers. */
export function Tooltip({ hall, seat, look, box, view }: TooltipProps) {
  const tip = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = tip.current;
    if (!element) return;
    const size = { width: element.offsetWidth, height: element.offsetHeight };
    const { left, top } = placeTip(box, size, view);
    element.style.transform = `translate(${left}px, ${top}px)`;
  }, [seat, look, box, view]);
  const words = seatWords(hall, seat);
  if (!words) return null;
  return (
    <div
      ref={tip}
      aria-hidden
      className="bg-ink text-bg pointer-events-none absolute top-0 left-0 z-10 w-max max-w-60 rounded-lg px-3 py-2 text-sm shadow-lg"
    >
      <p className="font-semibold">{words.name}</p>
      <p>
        {words.category} · {words.price}
      </p>
      <p className="opacity-80 first-letter:uppercase">
        {[words.kind, lookWord(look)].filter((word) => word !== "").join(", ")}
      </p>
    </div>
  );
}
