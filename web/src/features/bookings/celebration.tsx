import clsx from "clsx";
import { Check } from "lucide-react";
import type { CSSProperties } from "react";
import "./ticket.css";

const colours = ["bg-accent", "bg-good", "bg-warn", "bg-focus"];

/** Pieces of paper in all directions, more of them upwards; evenly, so that it looks the same each time. */
const papers = Array.from({ length: 20 }, (_, i) => {
  const angle = (i / 20) * 2 * Math.PI;
  const reach = 90 + (i % 4) * 28;
  return {
    colour: colours[i % colours.length],
    style: {
      "--to-x": `${Math.round(Math.cos(angle) * reach * 1.4)}px`,
      "--to-y": `${Math.round(Math.sin(angle) * reach - 30)}px`,
      "--turn": `${(i % 2 === 0 ? 1 : -1) * (180 + i * 24)}deg`,
    } as CSSProperties,
  };
});

/** A tick that comes with a small burst. */
export function Celebration() {
  return (
    <span
      aria-hidden
      className="bg-good-soft text-good relative mx-auto flex size-16 items-center justify-center rounded-full"
    >
      <Check strokeWidth={3} className="celebration-tick size-8" />
      {papers.map(({ colour, style }, i) => (
        <span key={i} className={clsx("celebration-paper", colour)} style={style} />
      ))}
    </span>
  );
}
