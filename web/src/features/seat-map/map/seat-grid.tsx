import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from "react";
import { AVAILABLE, type SeatStates } from "../model";
import type { SeatMapEngine } from "./engine";
import { GridRow, rowLooks } from "./grid-row";
import { followLastInput } from "./last-input";
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
  wanted: { seat: number } | undefined;
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

  useLayoutEffect(() => {
    if (wanted)
      layer.current?.querySelector<HTMLElement>(`[data-index="${wanted.seat}"]`)?.focus({ preventScroll: true });
  }, [wanted, layer]);

  const byKeys = useRef(false);
  const showFocus = (seat: number, shown: boolean) => {
    onKeyboard(shown);
    engine.focus(shown ? seat : -1);
  };
  useEffect(
    () =>
      followLastInput((keys) => {
        const before = byKeys.current;
        byKeys.current = keys;
        if (!before || keys) return;
        onKeyboard(false);
        engine.focus(-1);
      }),
    [engine, onKeyboard],
  );
  const go = (seat: number) => {
    onGo(seat);
    // Where there is no way on, no focus comes that would show itself.
    if (seat === active) showFocus(seat, true);
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
      go(next);
    } else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "Home" ? "first" : "last";
      go(event.ctrlKey ? hallEnd(engine.plan, end) : rowEnd(engine.plan, active, end));
    } else if (event.ctrlKey) {
      return;
    } else if (event.key === " " || event.key === "Enter") {
      showFocus(active, true);
      onSelect([active], !selected.has(active));
    } else if (event.key === "+" || event.key === "=") {
      showFocus(active, true);
      engine.zoomIn();
    } else if (event.key === "-") {
      showFocus(active, true);
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
        showFocus(seat, byKeys.current);
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
