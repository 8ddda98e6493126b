import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Showtime } from "@/lib/api/types";
import { dayKey, formatClock, formatDay } from "@/lib/time";

/** What the seats are for, and the way back to the other showings. */
export function ShowtimeHeader({ showtime, badge }: { showtime: Showtime; badge: ReactNode }) {
  return (
    <div className="border-line wide:px-4 flex items-center gap-2 border-b px-2 py-2">
      <Link
        to={`/?day=${dayKey(showtime.startsAt)}`}
        aria-label="Back to the showings"
        className="hover:bg-raised flex size-11 shrink-0 items-center justify-center rounded-lg"
      >
        <ChevronLeft aria-hidden className="size-6" />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 className="wide:text-xl truncate leading-tight font-bold">{showtime.movie.title}</h1>
        <p className="text-muted truncate text-sm">
          {formatDay(showtime.startsAt)}, {formatClock(showtime.startsAt)} · {showtime.auditorium.name}
        </p>
      </div>
      {badge}
    </div>
  );
}
