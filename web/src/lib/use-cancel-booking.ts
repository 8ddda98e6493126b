import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asGuest, ask, http, known } from "./api/client";
import { keys } from "./api/queries";
import type { KnownBooking } from "./api/types";
import { cancelled, type Unclear } from "./cancelling";
import { standingOf } from "./standing";
import { bookingsChanged } from "./tabs";
import { useLostAnswer } from "./use-ask-again";

/**
 * Cancels a booking; cancelling twice is cancelling once. The result is {@link Unclear} where the answer
 * was lost; the page looks on by itself then, and learns how it ended. `before` runs before the page learns
 * that it is cancelled, for those who want to be elsewhere by then.
 */
export function useCancelBooking(id: string, before?: () => Promise<void>) {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: async (): Promise<Unclear | undefined> => {
      const outcome = await cancelled(
        () => requestCancel(id),
        () => standingOf(queries, id),
      );
      if ("unclear" in outcome) return outcome.unclear;
      await before?.();
      queries.setQueryData(keys.booking(id), outcome.booking);
      return undefined;
    },
    onSettled: async (_, error) => {
      const renewed = bookingsChanged(queries);
      // After a refusal the booking is another one than was thought: it is seen before the refusal is told.
      if (error) await renewed;
    },
  });
  useLostAnswer(cancel.data !== undefined);
  return cancel;
}

async function requestCancel(id: string): Promise<KnownBooking> {
  const asked = performance.now();
  return known(
    await asGuest((headers) => ask(http.DELETE("/v1/bookings/{id}", { params: { path: { id } }, headers }))),
    asked,
  );
}
