import createClient from "openapi-fetch";
import { alone } from "./alone";
import { Problem, isProblem, problemOf } from "./problem";
import type { paths } from "./schema.gen";
import { Session } from "./session";
import type { Booking, KnownBooking } from "./types";

export const http = createClient<paths>({ baseUrl: "" });

/** Unwraps an answer, or throws a {@link Problem}. */
export async function ask<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem("network", "The box office cannot be reached");
  }
  if (answer.data === undefined) throw problemOf(answer.response, answer.error);
  return answer.data;
}

const guestName = "holdfast.guest";

export const session = new Session({
  create: () => ask(http.POST("/v1/guests")),
  store: () => localStorage,
  alone: (work) => alone("locks" in navigator ? navigator.locks : undefined, guestName, work),
});

type AsSomebody<T> = (headers: { Authorization: string }) => Promise<T>;

/**
 * Asks for what the guest has, or does something to it. It never changes who the guest is: where nobody
 * has booked yet there is nothing to be found, which needs no asking, and a token that is refused (401)
 * is kept, since everything that was booked hangs on it and the refusal may pass.
 */
export async function asGuest<T>(request: AsSomebody<T>): Promise<T> {
  const { token } = session;
  if (!token) throw new Problem("booking_not_found", "Nothing was booked in this browser", { status: 404 });
  return request({ Authorization: `Bearer ${token}` });
}

/**
 * For holding seats only, which anybody may: makes a guest where there is none. A token that is refused
 * is replaced, once: the guest is a new one from then on, and the old token is put aside.
 */
export async function asNewGuestIfNeeded<T>(request: AsSomebody<T>): Promise<T> {
  const token = await session.ensure();
  try {
    return await request({ Authorization: `Bearer ${token}` });
  } catch (error) {
    if (!isProblem(error, "unauthenticated")) throw error;
    session.retire(token);
    return request({ Authorization: `Bearer ${await session.ensure()}` });
  }
}

/** Names a request, so that repeating it does it once. */
export function idempotencyKey(): string {
  // Not randomUUID, which plain http on a local network does not have.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Adds the deadline to a booking that was asked for at `asked` (`performance.now()`). */
export function known(booking: Booking, asked: number): KnownBooking {
  return { ...booking, deadline: asked + booking.expiresInSeconds * 1000 };
}
