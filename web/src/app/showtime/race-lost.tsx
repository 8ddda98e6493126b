import { HeartCrack } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "@/components/button";
import { priceOf, seatsOf, type Hall } from "@/features/seat-map";
import { formatMoney, sum } from "@/lib/money";
import { countOf, listOf, seatLabel } from "@/lib/seats";

interface RaceLostProps {
  hall: Hall;
  /** The seats that were gone, by index. */
  gone: readonly number[];
  /** The nearest free seats, as many as were wanted; undefined when there are not so many left. */
  offer: readonly number[] | undefined;
  onTake: (seats: readonly number[]) => void;
  onDismiss: () => void;
}

/** Somebody was faster. It says which seats went, and offers the nearest ones that are free, one tap away. */
export function RaceLost({ hall, gone, offer, onTake, onDismiss }: RaceLostProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [gone]);
  const lost = seatsOf(hall, gone).map(seatLabel);
  const seats = seatsOf(hall, offer ?? []);
  const offered = seats.map(seatLabel);
  const total = sum(seats.flatMap((seat) => priceOf(hall, seat) ?? []));
  return (
    <section aria-labelledby="race-lost" className="bg-warn-soft text-ink wide:rounded-2xl space-y-3 rounded-t-2xl p-4">
      <div className="flex items-start gap-3">
        <HeartCrack aria-hidden className="text-warn mt-1 size-6 shrink-0" />
        <div role="alert">
          <h2 id="race-lost" ref={heading} tabIndex={-1} className="text-lg font-bold outline-none">
            Someone was a moment faster
          </h2>
          <p>
            {lost.length === 1 ? "Seat" : "Seats"} <strong>{listOf(lost)}</strong> {lost.length === 1 ? "was" : "were"}{" "}
            just taken. Nothing was held or charged.
          </p>
        </div>
      </div>
      {offered.length > 0 && total ? (
        <p>
          The nearest free {offered.length === 1 ? "seat is" : `${countOf(offered.length, "seat")} are`}{" "}
          <strong>{listOf(offered)}</strong>, {formatMoney(total)} in all. We have marked{" "}
          {offered.length === 1 ? "it" : "them"} on the map.
        </p>
      ) : (
        <p>There are not as many seats left as you wanted. Try fewer, or another showing.</p>
      )}
      <div className="flex flex-wrap gap-2">
        {offer && offered.length > 0 && (
          <Button className="flex-1" onClick={() => onTake(offer)}>
            Hold {listOf(offered)}
          </Button>
        )}
        <Button look="secondary" className="flex-1" onClick={onDismiss}>
          Choose others
        </Button>
      </div>
    </section>
  );
}
