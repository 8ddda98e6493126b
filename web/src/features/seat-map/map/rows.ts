import { splitRow } from "@/lib/seats";
import type { Hall } from "../model";

/** A row of seats; in a hall with blocks, of one block. */
export interface Row {
  /** As the seats name it: `F`, or `104-12`. */
  name: string;
  block: string;
  /** What is written beside it: `F`, or `12`. */
  label: string;
  /** Seat indexes from left to right; where a row runs more down than across, from top to bottom. */
  seats: readonly number[];
}

/** A block, such as 104, and the middle of its seats. */
export interface Section {
  name: string;
  x: number;
  y: number;
  /** The width of its seats, in seat widths: how much room its name has. */
  width: number;
}

export interface Rows {
  rows: readonly Row[];
  /** Of a seat, by its index: its row's index, and its place in the row. */
  rowOf: Int32Array;
  placeOf: Int32Array;
  /** How many seats the longest row has. */
  longest: number;
  sections: readonly Section[];
}

/** The rows of a hall in the order of its layout. */
export function rowsOf(hall: Hall): Rows {
  const byName = new Map<string, number[]>();
  hall.seats.forEach((seat, index) => {
    const row = byName.get(seat.row);
    if (row) row.push(index);
    else byName.set(seat.row, [index]);
  });
  const rowOf = new Int32Array(hall.seats.length);
  const placeOf = new Int32Array(hall.seats.length);
  let longest = 0;
  const rows = [...byName].map(([name, indexes], r): Row => {
    const seats = alongRow(hall, indexes);
    seats.forEach((index, place) => {
      rowOf[index] = r;
      placeOf[index] = place;
    });
    longest = Math.max(longest, seats.length);
    const { block, row } = splitRow(name);
    return { name, block, label: row, seats };
  });
  return { rows, rowOf, placeOf, longest, sections: sectionsOf(hall, rows) };
}

function extent(values: readonly number[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

function alongRow(hall: Hall, indexes: readonly number[]): number[] {
  const x = (i: number) => hall.seats[i]?.x ?? 0;
  const y = (i: number) => hall.seats[i]?.y ?? 0;
  const across = extent(indexes.map(x));
  const down = extent(indexes.map(y));
  const along = across.high - across.low >= down.high - down.low ? x : y;
  return [...indexes].sort((a, b) => along(a) - along(b) || a - b);
}

function sectionsOf(hall: Hall, rows: readonly Row[]): Section[] {
  const blocks = new Map<string, number[]>();
  for (const row of rows) {
    if (row.block === "") continue;
    const seats = blocks.get(row.block);
    if (seats) seats.push(...row.seats);
    else blocks.set(row.block, [...row.seats]);
  }
  return [...blocks].map(([name, seats]) => {
    const across = extent(seats.map((i) => hall.seats[i]?.x ?? 0));
    let x = 0;
    let y = 0;
    for (const i of seats) {
      x += hall.seats[i]?.x ?? 0;
      y += hall.seats[i]?.y ?? 0;
    }
    return { name, x: x / seats.length, y: y / seats.length, width: across.high - across.low + 1 };
  });
}

/** The middle of a row's seats. */
export function middleOf(hall: Hall, { seats }: Row): { x: number; y: number } {
  let x = 0;
  let y = 0;
  for (const i of seats) {
    x += hall.seats[i]?.x ?? 0;
    y += hall.seats[i]?.y ?? 0;
  }
  return { x: x / seats.length, y: y / seats.length };
}
