import createClient from "openapi-fetch";
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

export const session = new Session(
  () => ask(http.POST("/v1/guests")),
  () => localStorage,
);

/**
 * Asks as the guest that this browser is. A token that is refused is replaced once: the guest is a new
 * one then, and what the old one booked is not found.
 */
export async function asGuest<T>(request: (headers: { Authorization: string }) => Promise<T>): Promise<T> {
  const token = await session.ensure();
  try {
    return await request({ Authorization: `Bearer ${token}` });
  } catch (error) {
    if (!isProblem(error, "unauthenticated")) throw error;
    session.forget(token);
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
