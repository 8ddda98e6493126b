import type { Money } from "@/lib/api/types";
import { listOf, seatLabel } from "@/lib/seats";
import type { Hall, HallSeat } from "./model";

export function seatsOf(hall: Hall, indexes: Iterable<number>): HallSeat[] {
  return Array.from(indexes).flatMap((index) => hall.seats[index] ?? []);
}

export const priceOf = (hall: Hall, seat: HallSeat): Money | undefined => hall.categories[seat.tier]?.price;

/** `F7`, `F7 and F9`, or `F7 to F10`. */
export function namesOf(seats: readonly HallSeat[]): string {
  const [first] = seats;
  const sorted = [...seats].sort((a, b) => a.number - b.number);
  const consecutive = sorted.every(
    (seat, i) => seat.row === first?.row && seat.number === (sorted[0]?.number ?? 0) + i,
  );
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (consecutive && sorted.length > 2 && low && high) return `${seatLabel(low)} to ${seatLabel(high)}`;
  return listOf(seats.map(seatLabel));
}
