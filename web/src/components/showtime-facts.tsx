import { CalendarClock, MapPin } from "lucide-react";
import type { Showtime } from "@/lib/api/types";
import { formatZonedMoment } from "@/lib/time";

/** When and where. */
export function ShowtimeFacts({ showtime, className }: { showtime: Showtime; className?: string }) {
  return (
    <div className={className}>
      <p className="flex items-start gap-2">
        <CalendarClock aria-hidden className="text-muted mt-0.5 size-5 shrink-0" />
        <time dateTime={showtime.startsAt}>{formatZonedMoment(showtime.startsAt)}</time>
      </p>
      <p className="mt-1.5 flex items-start gap-2">
        <MapPin aria-hidden className="text-muted mt-0.5 size-5 shrink-0" />
        <span>
          {showtime.auditorium.name}, <span className="text-muted">{showtime.auditorium.venue}</span>
        </span>
      </p>
    </div>
  );
}
