import { testCards } from "./cards";

/** What the till of one booking remembers over a reload, for as long as the tab is open. */
export interface TillMemory {
  /** The card that was chosen. */
  token?: string;
  /** When a payment was begun that has had no answer yet: milliseconds since 1970, by the clock of the engine. */
  begun?: number;
}

const nameOf = (bookingId: string) => `holdfast.till.${bookingId}`;

/** Reads what was written; anything odd is as if it had never been. */
export function parseMemory(text: string | null): TillMemory {
  let found: unknown;
  try {
    found = JSON.parse(text ?? "{}");
  } catch {
    return {}; // somebody else's writing
  }
  if (typeof found !== "object" || found === null) return {};
  const { token, begun } = found as Record<string, unknown>;
  return {
    ...(testCards.some((card) => card.token === token) ? { token: token as string } : {}),
    ...(typeof begun === "number" && Number.isFinite(begun) ? { begun } : {}),
  };
}

export function recall(bookingId: string): TillMemory {
  try {
    return parseMemory(sessionStorage.getItem(nameOf(bookingId)));
  } catch {
    return {}; // a browser that keeps nothing: the till works without
  }
}

/** Remembers the change beside what is remembered already; undefined forgets. */
export function remember(bookingId: string, change: { [K in keyof TillMemory]: TillMemory[K] | undefined }): void {
  try {
    sessionStorage.setItem(nameOf(bookingId), JSON.stringify({ ...recall(bookingId), ...change }));
  } catch {
    // A browser that keeps nothing: the till works without.
  }
}
