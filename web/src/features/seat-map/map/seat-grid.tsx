import { useLayoutEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent, type RefObject } from "react";
import { AVAILABLE, type SeatStates } from "../model";
import type { SeatMapEngine } from "./engine";
import { GridRow, rowLooks } from "./grid-row";
import { hallEnd, neighbour, rowEnd, type Direction } from "./nav";

/** Halls of up to so many seats have all their cells on the page; larger ones only the rows around the focus. */
const ALL_CELLS = 1500;
const ROWS_AROUND = 3;

const arrows: Partial<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

interface SeatGridProps {
  engine: SeatMapEngine;
  layer: RefObject<HTMLDivElement | null>;
  states: SeatStates;
  selected: ReadonlySet<number>;
  mine: ReadonlySet<number>;
  onSelect: (seats: readonly number[], on: boolean) => void;
  /** The seat that the Tab key goes to. */
  active: number;
  onActive: (seat: number) => void;
  /** Where the focus is to go once the cell of that seat is on the page; another object each time. */
  wanted: { seat: number; byPointer: boolean } | undefined;
  onGo: (seat: number) => void;
  /** The keyboard is in the grid, or has left it. */
  onKeyboard: (here: boolean) => void;
  label: string;
  /** Of the sentence that explains the keys. */
  describedBy: string;
}

/** The same seats as an ARIA grid. It is moved over the canvas by the engine, and takes no pointer. */
export function SeatGrid(props: SeatGridProps) {
  const { engine, layer, states, selected, mine, onSelect, active, onActive, wanted, onGo } = props;
  const { onKeyboard, label, describedBy } = props;
  const { hall, rows } = engine.plan;

  // A finger that brings the focus is no keyboard, though browsers may think so.
  const byPointer = useRef(false);
  useLayoutEffect(() => {
    if (!wanted) return;
    const cell = layer.current?.querySelector<HTMLElement>(`[data-index="${wanted.seat}"]`);
    byPointer.current = wanted.byPointer;
    cell?.focus({ preventScroll: true });
    byPointer.current = false;
  }, [wanted, layer]);

  const showFocus = (seat: number, shown: boolean) => {
    onKeyboard(shown);
    engine.focus(shown ? seat : -1);
  };

  const activeRow = rows.rowOf[active] ?? 0;
  const first = hall.seats.length <= ALL_CELLS ? 0 : Math.max(0, activeRow - ROWS_AROUND);
  const last = hall.seats.length <= ALL_CELLS ? rows.rows.length : activeRow + ROWS_AROUND + 1;
  const shown = useMemo(() => rows.rows.slice(first, last), [rows, first, last]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const direction = arrows[event.key];
    if (direction) {
      const next = neighbour(engine.plan, active, direction);
      if (event.shiftKey) {
        const free = (seat: number) => states.codes[seat] === AVAILABLE && !mine.has(seat) && !selected.has(seat);
        const seats = [active, next].filter((seat, i, both) => free(seat) && both.indexOf(seat) === i);
        if (seats.length > 0) onSelect(seats, true);
      }
      onGo(next);
    } else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "Home" ? "first" : "last";
      onGo(event.ctrlKey ? hallEnd(engine.plan, end) : rowEnd(engine.plan, active, end));
    } else if (event.ctrlKey) {
      return;
    } else if (event.key === " " || event.key === "Enter") {
      showFocus(active, true);
      onSelect([active], !selected.has(active));
    } else if (event.key === "+" || event.key === "=") {
      engine.zoomIn();
    } else if (event.key === "-") {
      engine.zoomOut();
    } else if (event.key === "0") {
      engine.wholeHall();
    } else {
      return;
    }
    event.preventDefault();
  };

  // No pointer comes here, but a screen reader's click does.
  const onClick = (event: MouseEvent) => {
    const seat = indexOfCell(event.target);
    if (seat < 0) return;
    onGo(seat);
    onSelect([seat], !selected.has(seat));
  };

  return (
    // The focus is on its cells, one at a time.
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      ref={layer}
      role="grid"
      aria-label={label}
      aria-describedby={describedBy}
      aria-multiselectable
      aria-rowcount={rows.rows.length}
      aria-colcount={rows.longest}
      className="pointer-events-none absolute top-0 left-0 size-0 origin-top-left"
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocus={(event) => {
        const seat = indexOfCell(event.target);
        if (seat < 0) return;
        if (seat !== active) onActive(seat);
        showFocus(seat, !byPointer.current && event.target.matches(":focus-visible"));
      }}
      onBlur={(event) => {
        if (indexOfCell(event.relatedTarget) >= 0) return;
        showFocus(-1, false);
      }}
    >
      {shown.map((row, i) => (
        <GridRow
          key={row.name}
          hall={hall}
          row={row}
          index={first + i + 1}
          looks={rowLooks(row, states.codes, selected, mine)}
          tabbable={first + i === activeRow ? (rows.placeOf[active] ?? -1) : -1}
        />
      ))}
    </div>
  );
}

function indexOfCell(target: EventTarget | null): number {
  const index = target instanceof HTMLElement ? target.dataset.index : undefined;
  return index === undefined ? -1 : Number(index);
}
