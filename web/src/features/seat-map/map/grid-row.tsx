import { memo } from "react";
import type { Hall } from "../model";
import { CELL_UNIT } from "./layers";
import { LOOK_AVAILABLE, LOOK_MINE, LOOK_SELECTED } from "./palette";
import type { Row } from "./rows";
import { seatSentence } from "./words";

interface GridRowProps {
  hall: Hall;
  row: Row;
  /** From 1 on, among all rows. */
  index: number;
  /** What each seat of the row looks like: one digit each. Equal for equal rows, so that the others stay as they are. */
  looks: string;
  /** The place in the row that the Tab key goes to, or -1. */
  tabbable: number;
}

/** What one digit per seat says of a row; the reader's own come first. */
export function rowLooks(
  row: Row,
  codes: Uint8Array,
  selected: ReadonlySet<number>,
  mine: ReadonlySet<number>,
): string {
  let looks = "";
  for (const seat of row.seats) {
    const look = selected.has(seat) ? LOOK_SELECTED : mine.has(seat) ? LOOK_MINE : (codes[seat] ?? LOOK_AVAILABLE);
    looks += look.toString();
  }
  return looks;
}

/** A row of the grid: a transparent cell over each of its seats, for keyboards and screen readers. */
export const GridRow = memo(function GridRow({ hall, row, index, looks, tabbable }: GridRowProps) {
  return (
    <div role="row" aria-rowindex={index}>
      {row.seats.map((seat, place) => {
        const { id, x, y } = hall.seats[seat] ?? { id: "", x: 0, y: 0 };
        const look = Number(looks[place]);
        return (
          <div
            key={seat}
            role="gridcell"
            data-seat={id}
            data-index={seat}
            aria-colindex={place + 1}
            aria-selected={look === LOOK_SELECTED}
            aria-disabled={look !== LOOK_AVAILABLE && look !== LOOK_SELECTED}
            aria-label={seatSentence(hall, seat, look)}
            tabIndex={place === tabbable ? 0 : -1}
            className="absolute outline-2 outline-transparent"
            style={{
              left: (x - 0.5) * CELL_UNIT,
              top: (y - 0.5) * CELL_UNIT,
              width: CELL_UNIT,
              height: CELL_UNIT,
            }}
          />
        );
      })}
    </div>
  );
});
