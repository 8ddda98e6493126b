import type { Showtime } from "@/lib/api/types";
import { countOf } from "@/lib/seats";

export interface Availability {
  level: "free" | "few" | "none" | "off";
  /** In words, for people: `128 seats free`. */
  words: string;
  /** Of all seats, how many are gone: 0 to 1. */
  filled: number;
}

/** A tenth of the hall is few, and so is what one family may take; ten in an arena is few, a thousand is not. */
const fewOf = (total: number) => Math.min(Math.max(Math.ceil(total / 10), 6), 100);

export function availabilityOf({
  availableSeats,
  totalSeats,
  cancelledAt,
}: Pick<Showtime, "availableSeats" | "totalSeats" | "cancelledAt">): Availability {
  if (cancelledAt) return { level: "off", words: "Cancelled", filled: 0 };
  const filled = totalSeats === 0 ? 1 : 1 - availableSeats / totalSeats;
  if (availableSeats === 0) return { level: "none", words: "Sold out", filled };
  if (availableSeats <= fewOf(totalSeats)) return { level: "few", words: `Only ${availableSeats} left`, filled };
  return { level: "free", words: `${countOf(availableSeats, "seat")} free`, filled };
}
