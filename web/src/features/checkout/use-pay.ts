import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asGuest, ask, http, idempotencyKey, known } from "@/lib/api/client";
import { isProblem, isUnanswered } from "@/lib/api/problem";
import { keys } from "@/lib/api/queries";
import type { KnownBooking } from "@/lib/api/types";
import { standingOf } from "@/lib/standing";
import { bookingsChanged } from "@/lib/tabs";
import { useLostAnswer } from "@/lib/use-ask-again";
import { engineTime } from "./earlier-attempt";
import { isOpen, setbackOf, type Setback } from "./payment";
import { RepeatableKey } from "./repeatable-key";
import { remember } from "./till-memory";

/**
 * Pays for a booking. The result is a {@link Setback}, or undefined when the booking itself says how it
 * went.
 * Where nobody knows yet, the booking is looked at for a while.
 *
 * About the Idempotency-Key, after an attempt that was not answered (network, 503). The engine may still
 * be deciding it: under the same key a repetition waits for that decision instead of being refused as a
 * second payment, and if the money was taken, it finds the ticket. If the bank was what did not answer,
 * the promise is given back, and under the same key a repetition is told so until that is done; after it
 * the engine itself counts it as a new attempt. So the same key is right in both cases. After a decline
 * it would repeat the decline, and with another card it would be refused as another request: these are
 * new attempts.
 */
export function usePay(booking: KnownBooking) {
  const { id } = booking;
  const queries = useQueryClient();
  const [key] = useState(() => new RepeatableKey(idempotencyKey));
  const payment = useMutation({
    mutationFn: async (token: string): Promise<Setback | undefined> => {
      // A page that is opened while the bank is being asked knows that it is.
      remember(id, { token, begun: engineTime(booking, performance.now()) });
      try {
        const paid = await pay(id, token, key.of(token));
        key.answered();
        remember(id, { begun: undefined });
        queries.setQueryData(keys.booking(id), paid);
      } catch (error) {
        key.failed(error);
        if (isDecided(error)) remember(id, { begun: undefined });
        return setbackOf(error, (await standingOf(queries, id))?.status);
      }
      return undefined;
    },
    // Not waited for: the page has the booking already.
    onSettled: () => void bookingsChanged(queries),
  });
  useLostAnswer(isOpen(payment.data));
  return payment;
}

/** Whether no payment is under way any more: neither this one, nor another that is in its way. */
const isDecided = (error: unknown) =>
  isUnanswered(error) ? isProblem(error, "unavailable") : !isProblem(error, "not_payable");

function pay(id: string, token: string, key: string): Promise<KnownBooking> {
  return asGuest(async (headers) => {
    const asked = performance.now();
    const { booking } = await ask(
      http.POST("/v1/bookings/{id}/payments", {
        params: { path: { id }, header: { "Idempotency-Key": key } },
        headers,
        body: { method: "sandbox", token },
      }),
    );
    return known(booking, asked);
  });
}
