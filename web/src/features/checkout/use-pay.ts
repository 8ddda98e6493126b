import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { idempotencyKey } from "@/lib/api/client";
import { isUnanswered } from "@/lib/api/problem";
import { keys } from "@/lib/api/queries";
import type { KnownBooking } from "@/lib/api/types";
import { standingOf } from "@/lib/standing";
import { bookingsChanged } from "@/lib/tabs";
import { useLostAnswer } from "@/lib/use-ask-again";
import { engineTime } from "./earlier-attempt";
import { isOpen, setbackOf, type Setback } from "./payment";
import { confirmPayment, makePayment } from "./payment-calls";
import { RepeatableKey } from "./repeatable-key";
import { remember } from "./till-memory";

/** To pay with a card, or to answer what the bank asks about a payment. */
export type Step = { token: string } | { paymentId: string; answer: string };

/**
 * Pays for a booking. The result is a {@link Setback}, or undefined when the booking itself says how it
 * went: it is confirmed, or its payment is open.
 * Where nobody knows yet, the booking is looked at for a while.
 *
 * About the Idempotency-Key, after an attempt that was not answered (network, 503). The engine may still
 * be deciding it, or be finding out what the bank has done: under the same key a repetition asks how it
 * went, instead of being another payment that gives the first one up. After a decline it would repeat the
 * decline, and with another card it would be refused as another request: these are new attempts. So is
 * whatever is paid after an answer that the payment is open.
 */
export function usePay(booking: KnownBooking) {
  const { id } = booking;
  const queries = useQueryClient();
  const [key] = useState(() => new RepeatableKey(idempotencyKey));
  const payment = useMutation({
    mutationFn: async (step: Step): Promise<Setback | undefined> => {
      // A page that is opened while the bank is being asked knows that it is.
      if ("token" in step) remember(id, { token: step.token, begun: engineTime(booking, performance.now()) });
      try {
        const now =
          "token" in step
            ? await makePayment(id, step.token, key.of(step.token))
            : await confirmPayment(id, step.paymentId, step.answer);
        key.answered();
        remember(id, { begun: undefined });
        queries.setQueryData(keys.booking(id), now);
      } catch (error) {
        if ("token" in step) key.failed(error);
        const setback = setbackOf(error, (await standingOf(queries, id))?.status);
        if (!isUnanswered(error) && setback?.kind !== "underway") remember(id, { begun: undefined });
        return setback;
      }
      return undefined;
    },
    // Not waited for: the page has the booking already.
    onSettled: () => void bookingsChanged(queries),
  });
  useLostAnswer(isOpen(payment.data));
  return payment;
}
