import clsx from "clsx";
import { Hourglass, LoaderCircle } from "lucide-react";
import { Countdown } from "@/components/countdown";
import { urgentBelow } from "@/lib/remaining";
import { useRemaining } from "@/lib/use-remaining";

/** How long the seats are held, always in view. At the end it says that the box office is asked. */
export function TimeStrip({ deadline, total }: { deadline: number; total: number }) {
  const remaining = useRemaining(deadline);
  const over = remaining === 0;
  const urgent = remaining <= urgentBelow;
  return (
    <div
      className={clsx(
        "flex min-h-16 items-center gap-3 px-4 py-3 shadow-sm transition-colors sm:rounded-2xl sm:px-5",
        urgent ? "bg-warn-soft text-warn" : "bg-surface ring-line text-ink ring-1",
      )}
    >
      {over ? (
        <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin" />
      ) : (
        <Hourglass aria-hidden className="size-5 shrink-0" />
      )}
      <p className="flex-1 leading-tight font-medium" role="status">
        {over
          ? "Time is up. Checking with the box office…"
          : urgent
            ? "Pay soon to keep your seats"
            : "We hold these seats for you"}
      </p>
      {!over && <Countdown deadline={deadline} total={total} className="w-24 text-right" />}
    </div>
  );
}
