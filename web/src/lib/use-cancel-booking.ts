import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asGuest, ask, http, known } from "./api/client";
import { isProblem } from "./api/problem";
import { keys } from "./api/queries";
import type { KnownBooking } from "./api/types";
import { bookingsChanged } from "./tabs";

/**
 * Cancels a booking; cancelling twice is cancelling once. `before` runs before the page learns of it, for
 * those who want to be elsewhere by then.
 */
export function useCancelBooking(id: string, before?: (cancelled: KnownBooking) => Promise<void>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const asked = performance.now();
      const cancelled = known(
        await asGuest((headers) => ask(http.DELETE("/v1/bookings/{id}", { params: { path: { id } }, headers }))),
        asked,
      );
      await before?.(cancelled);
      return cancelled;
    },
    onSuccess: async (cancelled) => {
      queries.setQueryData(keys.booking(id), cancelled);
      await bookingsChanged(queries);
    },
    onError: async (error) => {
      // It has ended otherwise meanwhile: the page shows how.
      if (isProblem(error, "not_cancellable", "booking_not_found")) await bookingsChanged(queries);
    },
  });
}
