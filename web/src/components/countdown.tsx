import clsx from "clsx";
import type { ReactNode } from "react";
import { formatRemaining } from "@/lib/time";
import { spokenAt, urgentBelow } from "@/lib/remaining";
import { useRemaining } from "@/lib/use-remaining";

interface CountdownProps {
  /** On the page's own clock, as {@link useRemaining} takes it. */
  deadline: number;
  /** How long the whole time was, in milliseconds: draws a bar of what is left. */
  total?: number;
  /** Nobody can do anything about it: it never looks urgent. */
  calm?: boolean;
  className?: string;
  /** What stands before the time. */
  children?: ReactNode;
}

/** Minutes and seconds that are left, and a bar. It is read out at three moments, not every second. */
export function Countdown({ deadline, total, calm = false, className, children }: CountdownProps) {
  const remaining = useRemaining(deadline);
  const urgent = remaining <= urgentBelow && !calm;
  return (
    <div className={className}>
      <div className="flex items-center justify-between gap-3">
        {children}
        <p
          role="timer"
          aria-label="Time left"
          className={clsx("text-3xl leading-none font-bold tabular-nums", urgent && "text-warn")}
        >
          {formatRemaining(remaining)}
        </p>
      </div>
      {total !== undefined && <Bar remaining={remaining} total={total} urgent={urgent} />}
      {!calm && <Spoken remaining={remaining} />}
    </div>
  );
}

/** Only the time, within a sentence. */
export function TimeLeft({ deadline, className }: { deadline: number; className?: string }) {
  const remaining = useRemaining(deadline);
  return (
    <span
      role="timer"
      aria-label="Time left"
      className={clsx("font-bold tabular-nums", remaining <= urgentBelow && "text-warn", className)}
    >
      {formatRemaining(remaining)}
    </span>
  );
}

interface BarProps {
  remaining: number;
  total: number;
  urgent: boolean;
}

/** Shrinks evenly: each second it sets out for where it will be a second later. */
function Bar({ remaining, total, urgent }: BarProps) {
  const share = total > 0 ? Math.min(1, Math.max(0, (remaining - 1000) / total)) : 0;
  return (
    <div aria-hidden className="bg-line mt-2.5 h-1 overflow-hidden rounded-full">
      <div
        className={clsx(
          "h-full origin-left rounded-full transition-transform duration-1000 ease-linear",
          urgent ? "bg-warn" : "bg-accent",
        )}
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}

/** What a screen reader says of a countdown, when it has nothing else to say. */
export function Spoken({ remaining }: { remaining: number }) {
  return (
    <span aria-live="polite" className="sr-only">
      {spokenAt(remaining)}
    </span>
  );
}
