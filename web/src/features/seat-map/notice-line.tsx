import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { seatLabel } from "@/lib/seats";
import type { Hall } from "./model";
import type { SelectionNotice as What } from "./selection";
import { namesOf, seatsOf } from "./words";

interface SelectionNoticeProps {
  hall: Hall;
  notice: What | undefined;
  /** `byHand`, or because it has been there long enough. */
  onDismiss: (byHand: boolean) => void;
  /** Seats to take instead of lost ones, together with those that are still chosen. */
  offer?: { seats: readonly number[]; onTake: () => void };
}

/** Milliseconds for which the answer to a tap stays; news that came by itself stay until they are put away. */
const answerTime = 7_000;

/**
 * What there is to say about a choice. On a phone it lies over the foot of the map, so that the map does not
 * move under the finger.
 */
export function SelectionNotice({ hall, notice, onDismiss, offer }: SelectionNoticeProps) {
  const away = useRef(onDismiss);
  useEffect(() => {
    away.current = onDismiss;
  });
  const passing = notice !== undefined && notice.kind !== "lost";
  useEffect(() => {
    if (!passing) return undefined;
    const timer = setTimeout(() => away.current(false), answerTime);
    return () => clearTimeout(timer);
  }, [notice, passing]);
  if (!notice) return null;
  const { tone, title, text } = wording(hall, notice);
  const offered = notice.kind === "lost" && offer ? seatsOf(hall, offer.seats) : [];
  return (
    <div className="wide:h-auto relative z-10 h-0">
      <div className="wide:static absolute inset-x-0 bottom-0 p-3">
        <div className="wide:shadow-none relative rounded-xl shadow-lg transition duration-200 starting:translate-y-2 starting:opacity-0">
          <Notice
            key={`${notice.kind} ${title}`}
            tone={tone}
            urgent
            title={title}
            className="ring-line pr-14 ring-1 ring-inset"
            {...(offered.length > 0
              ? { actions: <Button onClick={offer?.onTake}>Take {namesOf(offered)} instead</Button> }
              : {})}
          >
            {text}
          </Notice>
          <button
            type="button"
            aria-label="Put this message away"
            className="absolute top-1 right-1 flex size-11 items-center justify-center rounded-lg hover:bg-current/10"
            onClick={() => onDismiss(true)}
          >
            <X aria-hidden className="size-5" />
          </button>
        </div>
      </div>
    </div>
  );
}

interface Wording {
  tone: "info" | "warn";
  title: string;
  text: string;
}

function wording(hall: Hall, notice: What): Wording {
  switch (notice.kind) {
    case "limit":
      return {
        tone: "info",
        title:
          notice.limit === 1
            ? "One seat is the most in one booking"
            : `${notice.limit} seats are the most in one booking`,
        text: "Take a seat off to choose another one. For more people, make a second booking.",
      };
    case "refused": {
      const seat = hall.seats[notice.seat];
      const name = seat ? `Seat ${seatLabel(seat)}` : "This seat";
      return { tone: "info", ...refusals(name)[notice.why] };
    }
    case "lost": {
      const seats = seatsOf(hall, notice.seats);
      const one = seats.length === 1;
      const name = `${one ? "Seat" : "Seats"} ${namesOf(seats)}`;
      return {
        tone: "warn",
        title:
          notice.to === "blocked"
            ? `${name} ${one ? "is" : "are"} no longer for sale`
            : `${name} ${one ? "was" : "were"} just taken by someone else`,
        text: `We took ${one ? "it" : "them"} off your list. Nothing was charged.`,
      };
    }
  }
}

const refusals = (name: string) => ({
  held: {
    title: `${name} is being booked right now`,
    text: "Someone else holds it. It may be free again in a few minutes.",
  },
  sold: { title: `${name} is sold`, text: "Choose any seat that is still free." },
  blocked: { title: `${name} is not for sale`, text: "The house keeps it back for this showing." },
  mine: { title: `${name} is yours already`, text: "It belongs to a booking of yours." },
});
