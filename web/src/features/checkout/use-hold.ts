import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asNewGuestIfNeeded, ask, http, idempotencyKey, known } from "@/lib/api/client";
import { isUnanswered } from "@/lib/api/problem";
import { keys } from "@/lib/api/queries";
import { bookingsChanged } from "@/lib/tabs";
import { RepeatableKey } from "./repeatable-key";

interface Wish {
  showtimeId: string;
  seatIds: readonly string[];
}

/** Names what is wished for, whatever the order in which it was. */
const requestOf = ({ showtimeId, seatIds }: Wish) => [showtimeId, ...seatIds.toSorted()].join(" ");

/** Holds seats: all of them, or none. A wish that is repeated because no answer came makes one booking. */
export function useHold() {
  const queries = useQueryClient();
  const [key] = useState(() => new RepeatableKey(idempotencyKey));
  return useMutation({
    mutationFn: (wish: Wish) =>
      asNewGuestIfNeeded(async (headers) => {
        const asked = performance.now();
        const booking = await ask(
          http.POST("/v1/bookings", {
            params: { header: { "Idempotency-Key": key.of(requestOf(wish)) } },
            headers,
            body: { showtimeId: wish.showtimeId, seatIds: [...wish.seatIds] },
          }),
        );
        return known(booking, asked);
      }),
    onSuccess: (booking) => {
      key.answered();
      queries.setQueryData(keys.booking(booking.id), booking);
      // Not waited for: whoever holds goes on to pay, and need not see the lists renewed first.
      void bookingsChanged(queries);
    },
    onError: (error) => {
      key.failed(error);
      // Nobody knows whether the seats are held now: the list of bookings does.
      if (isUnanswered(error)) void bookingsChanged(queries);
    },
  });
}
