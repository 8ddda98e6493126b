import { useCallback, useState, useSyncExternalStore } from "react";
import { nextChange, remainingAt, steady } from "./remaining";

/** The deadline of a booking that is fetched again and again, without the jitter of the answers. */
export function useSteady(deadline: number): number {
  const [kept, keep] = useState(deadline);
  const next = steady(kept, deadline);
  if (next !== kept) keep(next);
  return next;
}

/**
 * Milliseconds until the deadline (`performance.now()`), in whole seconds rounded up; 0 is the end. It
 * changes on the boundaries of seconds, by one timer at a time, and at once when the page is looked at
 * again: hidden pages get their timers late.
 */
export function useRemaining(deadline: number): number {
  const until = useSteady(deadline);
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const arm = () => {
        clearTimeout(timer);
        const wait = nextChange(until, performance.now());
        // A little late, since a timer that is a little early would see the same second again.
        if (wait !== undefined) timer = setTimeout(tick, wait + 2);
      };
      const tick = () => {
        changed();
        arm();
      };
      arm();
      document.addEventListener("visibilitychange", tick);
      return () => {
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", tick);
      };
    },
    [until],
  );
  return useSyncExternalStore(subscribe, () => remainingAt(until, performance.now()));
}
