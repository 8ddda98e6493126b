import { asGuest, ask, http, known } from "@/lib/api/client";
import type { KnownBooking } from "@/lib/api/types";

/** The booking as it stands after the payment: confirmed, or with a payment that is open. */
export function makePayment(id: string, token: string, key: string): Promise<KnownBooking> {
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

/** Goes on with an open payment: with what its customer answers, or to know how it stands. */
export function confirmPayment(id: string, paymentId: string, answer?: string): Promise<KnownBooking> {
  return asGuest(async (headers) => {
    const asked = performance.now();
    const { booking } = await ask(
      http.POST("/v1/bookings/{id}/payments/{paymentId}/confirmation", {
        params: { path: { id, paymentId } },
        headers,
        body: answer === undefined ? {} : { answer },
      }),
    );
    return known(booking, asked);
  });
}
