import clsx from "clsx";
import { Ban, CalendarX, Flame } from "lucide-react";
import { Link } from "react-router";
import type { Showtime } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { formatClock, formatMoment } from "@/lib/time";
import { availabilityOf, type Availability } from "./availability";

const signs = { free: undefined, few: Flame, none: Ban, off: CalendarX };
const looks: Record<Availability["level"], string> = {
  free: "text-muted",
  few: "text-warn font-semibold",
  none: "text-bad font-semibold",
  off: "text-bad font-semibold",
};

/** One time to go to. A sold-out one still leads to its map: seats come back; a cancelled one to what that means. */
export function ShowtimeTile({ showtime }: { showtime: Showtime }) {
  const availability = availabilityOf(showtime);
  const Sign = signs[availability.level];
  const { auditorium, movie } = showtime;
  const off = availability.level === "off";
  const gone = off || availability.level === "none";
  const price = off ? "" : `from ${formatMoney(showtime.fromPrice)}`;
  return (
    <Link
      to={`/showtimes/${showtime.id}`}
      aria-label={`${movie.title}, ${formatMoment(showtime.startsAt)}, ${auditorium.name}, ${auditorium.venue}, ${off ? "" : `${price}, `}${availability.words}`}
      className={clsx(
        "group bg-surface hover:border-accent relative flex flex-col gap-1 overflow-hidden rounded-xl border p-3 pb-4 transition hover:shadow-md",
        gone ? "border-edge border-dashed" : "border-line",
      )}
    >
      <span className="flex items-baseline justify-between gap-2">
        <span className={clsx("text-xl font-bold", gone && "text-muted line-through decoration-2")}>
          {formatClock(showtime.startsAt)}
        </span>
        <span className="text-muted text-sm whitespace-nowrap">{price}</span>
      </span>
      <span className="text-sm">
        {auditorium.name} <span className="text-muted">· {auditorium.venue}</span>
      </span>
      <span className={clsx("flex items-center gap-1 text-sm", looks[availability.level])}>
        {Sign && <Sign aria-hidden className="size-4" />}
        {availability.words}
      </span>
      <span aria-hidden className="bg-raised absolute inset-x-0 bottom-0 h-1">
        <span
          className={clsx(
            "block h-full transition-[width] duration-700",
            availability.level === "free" ? "bg-edge" : "bg-accent",
          )}
          style={{ width: `${availability.filled * 100}%` }}
        />
      </span>
    </Link>
  );
}
