import { Notice } from "@/components/notice";
import { sentence } from "@/lib/api/problem";
import { formatRemaining } from "@/lib/time";
import { useRemaining } from "@/lib/use-remaining";
import type { Setback } from "./payment";

/** How the last payment came to nothing, and that nothing is lost. */
export function SetbackNotice({ setback, deadline }: { setback: Setback; deadline: number }) {
  switch (setback.kind) {
    case "declined":
      return (
        <Notice tone="warn" urgent title="This card was not accepted">
          <p>Your bank said: “{setback.said}” Nothing was charged.</p>
          <p>
            <StillYours deadline={deadline} /> Choose another card.
          </p>
        </Notice>
      );
    case "lost":
      return setback.since === "pending" ? (
        <Notice tone="warn" urgent title="We do not know yet how your payment went">
          <p>No answer came while your bank was being asked. If it goes through, your ticket appears here.</p>
          <p>
            <StillYours deadline={deadline} /> We keep looking. You cannot be charged twice.
          </p>
        </Notice>
      ) : (
        <Notice tone="warn" urgent title="The box office cannot be reached">
          <p>Check your connection, then try again. You cannot be charged twice.</p>
          <p>If your payment did arrive, your ticket will appear here.</p>
        </Notice>
      );
    case "underway":
      return (
        <Notice tone="info" urgent title="Another payment is under way">
          <p>Its bank does not let go of it before it is decided. This page shows how it ends.</p>
        </Notice>
      );
    case "late":
      return (
        <Notice tone="warn" urgent title="Your time ran out">
          <p>Nothing was charged.</p>
        </Notice>
      );
  }
}

/** What failed otherwise. */
export function FailedNotice({ error }: { error: Error }) {
  return (
    <Notice tone="bad" urgent title="The payment was not made">
      {sentence(error)}
    </Notice>
  );
}

/** The time in it is for the eyes: read out, the notice would be read again with every second. */
function StillYours({ deadline }: { deadline: number }) {
  const remaining = useRemaining(deadline);
  return (
    <>
      Your seats are still yours
      <span aria-hidden className="font-semibold">
        {" "}
        for {formatRemaining(remaining)}
      </span>
      .
    </>
  );
}
