import type { SeatKind, SeatMap } from "@/lib/api/types";
import { codeOf, hallOf, statuses, type Hall } from "./model";

/** Halls for tests. */

interface Plan {
  /** From the screen to the back: `a` is a free seat, `h` held, `s` sold, `b` blocked, `w` a wheelchair place, `c` a companion's, a space a gap. */
  rows: readonly string[];
  /** The category of a seat, by row. */
  category?: (row: number) => "standard" | "premium";
}

const kinds: Partial<Record<string, SeatKind>> = { w: "wheelchair", c: "companion" };

export function planned({ rows, category = () => "standard" }: Plan): { hall: Hall; codes: Uint8Array; map: SeatMap } {
  const seats = rows.flatMap((plan, y) => {
    const row = String.fromCharCode(65 + y);
    let number = 0;
    return Array.from(plan).flatMap((sign, x) => {
      if (sign === " ") return [];
      number++;
      const status = statuses.find((s) => s.startsWith(sign)) ?? "available";
      const kind = kinds[sign] ?? "standard";
      return [{ id: `${row}${number}`, row, number, x, y, category: category(y), kind, status }];
    });
  });
  const map: SeatMap = {
    showtimeId: "showtime",
    version: 1,
    categories: [
      { id: "standard", name: "Standard", price: { amount: "12.00", currency: "USD" } },
      { id: "premium", name: "Premium", price: { amount: "15.50", currency: "USD" } },
    ],
    seats,
  };
  return { hall: hallOf(map), codes: Uint8Array.from(seats, (seat) => codeOf(seat.status)), map };
}

/** The indexes of seats by their ids. */
export function indexes(hall: Hall, ...ids: string[]): number[] {
  return ids.map((id) => {
    const index = hall.indexOf.get(id);
    if (index === undefined) throw new Error(`there is no seat ${id}`);
    return index;
  });
}

/** The ids of seats, in their order. */
export const ids = (hall: Hall, seats: Iterable<number>) => Array.from(seats, (seat) => hall.seats[seat]?.id);

/** 10,000 seats around a stage at the top: a floor in four blocks, and two open rings of 20 blocks each. */
export function arena(): { hall: Hall; codes: Uint8Array } {
  const { map } = planned({ rows: ["a"] });
  const seats: SeatMap["seats"] = [];
  const put = (row: string, number: number, x: number, y: number) =>
    seats.push({
      id: `${row}-${number}`,
      row,
      number,
      x,
      y,
      category: "standard",
      kind: "standard",
      status: "available",
    });
  for (let block = 0; block < 4; block++)
    for (let row = 0; row < 20; row++)
      for (let n = 0; n < 25; n++)
        put(`F${block + 1}-${row + 1}`, n + 1, 62 + (block % 2) * 30 + n * 1.1, 46 + (block >> 1) * 25 + row * 1.1);
  for (const [first, rows, length, radius] of [
    [101, 16, 10, 46],
    [201, 20, 12, 68],
  ] as const)
    for (let block = 0; block < 20; block++)
      for (let row = 0; row < rows; row++)
        for (let n = 0; n < length; n++) {
          const angle = -Math.PI / 3 + ((Math.PI * 5) / 60) * (block + 0.06 + (0.88 * (n + 0.5)) / length);
          const r = radius + row * 1.15;
          put(`${first + block}-${row + 1}`, n + 1, 90 + r * Math.cos(angle), 70 + 0.82 * r * Math.sin(angle));
        }
  const hall = hallOf({ ...map, seats });
  return { hall, codes: new Uint8Array(seats.length) };
}
