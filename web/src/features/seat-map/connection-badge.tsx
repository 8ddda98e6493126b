import clsx from "clsx";
import { LoaderCircle, WifiOff } from "lucide-react";
import type { Connection } from "./live/connection";

/** Whether the map is as things are. Says it in words, and to screen readers when it changes. */
export function ConnectionBadge({ connection }: { connection: Connection }) {
  return (
    <p
      role="status"
      className={clsx(
        "inline-flex min-h-6 items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium",
        connection === "lost" ? "bg-warn-soft text-warn" : "bg-raised text-muted",
      )}
    >
      {connection === "live" && (
        <>
          <span aria-hidden className="bg-good size-2 rounded-full" />
          Live
        </>
      )}
      {connection === "connecting" && (
        <>
          <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
          Connecting…
        </>
      )}
      {connection === "lost" && (
        <>
          <WifiOff aria-hidden className="size-3.5 shrink-0" />
          Reconnecting… what you see may be old
        </>
      )}
    </p>
  );
}
