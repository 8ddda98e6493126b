import clsx from "clsx";
import { formatDay } from "@/lib/time";
import type { Day } from "./programme";

interface DayStripProps {
  days: readonly Day[];
  chosen: string;
  onChoose: (day: string) => void;
}

/** The days to choose from; on a phone they scroll sideways. */
export function DayStrip({ days, chosen, onChoose }: DayStripProps) {
  return (
    <div role="group" aria-label="Day" className="-mx-4 flex gap-2 overflow-x-auto px-4 py-1">
      {days.map((day) => (
        <button
          key={day.key}
          type="button"
          aria-pressed={day.key === chosen}
          onClick={() => onChoose(day.key)}
          className={clsx(
            "min-h-11 shrink-0 rounded-full px-4 font-medium transition",
            day.key === chosen ? "bg-ink text-bg" : "bg-surface ring-line hover:bg-raised ring-1 ring-inset",
          )}
        >
          {formatDay(day.at)}
        </button>
      ))}
    </div>
  );
}
