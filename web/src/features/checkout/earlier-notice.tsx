import { Notice } from "@/components/notice";
import { formatClock } from "@/lib/time";
import type { EarlierAttempt } from "./earlier-attempt";

/** How a payment of before this page was opened stands. */
export function EarlierNotice({ attempt }: { attempt: EarlierAttempt }) {
  return attempt.kind === "open" ? (
    <Notice title="Your last payment may still be under way">
      If it goes through, your ticket appears here. You cannot be charged twice.
    </Notice>
  ) : (
    <Notice title="Your last payment did not go through">
      Nothing was charged. That was at{" "}
      <time dateTime={attempt.at} className="whitespace-nowrap">
        {formatClock(attempt.at)}
      </time>
      .
    </Notice>
  );
}
