import type { Category, Seat } from "@/lib/api/types";
import { hallOf, type Hall } from "../model";

/** Halls for tests: as small as they can be, and yet with all that real ones have. */

const category = (id: string): Category => ({ id, name: id, price: { amount: "12.00", currency: "USD" } });

export function hallWith(
  seats: readonly (Partial<Seat> & { row: string; number: number; x: number; y: number })[],
): Hall {
  return hallOf({
    showtimeId: "showtime",
    version: 1,
    categories: [category("standard"), category("premium"), category("vip")],
    seats: seats.map((seat) => ({
      id: `${seat.row}${seat.row.includes("-") ? "-" : ""}${seat.number}`,
      category: "standard",
      kind: "standard",
      status: "available",
      ...seat,
    })),
  });
}

const letter = (row: number) => String.fromCharCode(65 + row);

/** Rows of ten with an aisle in the middle. */
export function plainHall(rows = 6): Hall {
  return hallWith(
    Array.from({ length: rows * 10 }, (_, i) => {
      const n = i % 10;
      const row = Math.floor(i / 10);
      return { row: letter(row), number: n + 1, x: n < 5 ? n : n + 1, y: row };
    }),
  );
}

/** Rows that bow towards the screen at their ends; the first is shorter, and the last are wider spaced. */
export function curvedHall(): Hall {
  const seats = [];
  for (let row = 0; row < 9; row++) {
    const count = row === 0 ? 14 : row > 6 ? 12 : 16;
    for (let n = 1; n <= count; n++) {
      const middle = (n - (count + 1) / 2) * (row > 6 ? 1.25 : 1);
      const x = middle + (Math.abs(middle) > 4 ? Math.sign(middle) * 1.2 : 0);
      seats.push({ row: letter(row), number: n, x: 20 + x, y: row * 1.1 + 4 - (x * x) / 90 });
    }
  }
  return hallWith(seats);
}

/** Two blocks before a stage and a ring of ten around, open at the top. */
export function arenaHall(): Hall {
  const seats = [];
  for (let block = 0; block < 2; block++) {
    for (let i = 0; i < 60; i++) {
      const n = i % 10;
      const row = Math.floor(i / 10);
      seats.push({ row: `F${block + 1}-${row + 1}`, number: n + 1, x: 38 + block * 14 + n * 1.1, y: 38 + row * 1.1 });
    }
  }
  const arc = (2 * Math.PI - Math.PI / 3) / 10;
  for (let block = 0; block < 10; block++) {
    for (let row = 0; row < 5; row++) {
      for (let n = 0; n < 10; n++) {
        const angle = -Math.PI / 2 + Math.PI / 6 + arc * (block + 0.06 + 0.088 * (n + 0.5));
        const radius = 26 + row * 1.15;
        const x = 50 + radius * Math.cos(angle);
        const y = 44 + radius * 0.82 * Math.sin(angle);
        seats.push({ row: `${101 + block}-${row + 1}`, number: n + 1, x, y });
      }
    }
  }
  return hallWith(seats);
}
