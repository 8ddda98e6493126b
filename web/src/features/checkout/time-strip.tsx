import clsx from "clsx";
import { Hourglass, LoaderCircle } from "lucide-react";
import { Countdown } from "@/components/countdown";
import { useRemaining } from "@/lib/use-remaining";
import { stripWords, type Turn } from "./strip-words";

/** How long the seats are held, always in view. At the end it says that the box office is asked. */
export function TimeStrip({ deadline, total, turn }: { deadline: number; total: number; turn: Turn }) {
  const remaining = useRemaining(deadline);
  const over = remaining === 0;
  const { words, urgent } = stripWords(remaining, turn);
  const Icon = over ? LoaderCircle : Hourglass;
  const label = (
    <p role="status" className="flex min-w-0 flex-1 items-center gap-2.5 leading-tight font-medium">
      <Icon aria-hidden className={clsx("size-5 shrink-0", over && "animate-spin")} />
      {words}
    </p>
  );
  return (
    <div
      className={clsx(
        "flex min-h-17 flex-col justify-center px-4 py-3 shadow-sm transition-colors sm:rounded-2xl sm:px-5",
        urgent ? "bg-warn-soft text-warn" : "bg-surface ring-line text-ink ring-1",
      )}
    >
      {over ? (
        label
      ) : (
        <Countdown deadline={deadline} total={total} calm={turn === "bank"}>
          {label}
        </Countdown>
      )}
    </div>
  );
}
