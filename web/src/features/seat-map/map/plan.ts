import type { Hall } from "../model";
import type { Box } from "./camera";
import { GridIndex } from "./grid-index";
import { roomOf, type Room } from "./room";
import { anglesOf } from "./angles";
import { rowsOf, type Rows } from "./rows";

export const KINDS = ["standard", "wheelchair", "companion"] as const;
export const STANDARD = 0;
export const WHEELCHAIR = 1;
export const COMPANION = 2;

/** A hall made ready to be painted, hit and walked through. Everything is by seat index, in seat widths. */
export interface Plan {
  hall: Hall;
  xs: Float64Array;
  ys: Float64Array;
  tiers: Uint8Array;
  /** Into {@link KINDS}. */
  kinds: Uint8Array;
  /** How far each seat is turned to face the front, in radians clockwise; 0 in halls of plain rows. */
  angles: Float64Array;
  rows: Rows;
  index: GridIndex;
  room: Room;
  /** All that is to be seen: seats, the names of the rows, and the screen or stage. */
  box: Box;
}

export function planOf(hall: Hall): Plan {
  const xs = Float64Array.from(hall.seats, (seat) => seat.x);
  const ys = Float64Array.from(hall.seats, (seat) => seat.y);
  const rows = rowsOf(hall);
  const index = new GridIndex(xs, ys);
  const room = roomOf(hall, rows, index);
  return {
    hall,
    xs,
    ys,
    tiers: Uint8Array.from(hall.seats, (seat) => seat.tier),
    kinds: Uint8Array.from(hall.seats, (seat) => KINDS.indexOf(seat.kind)),
    angles: anglesOf(hall, rows),
    rows,
    index,
    room,
    box: room.box,
  };
}
