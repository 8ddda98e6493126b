import clsx from "clsx";
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Hall, SeatStates } from "../model";
import { Controls } from "./controls";
import { SeatMapEngine } from "./engine";
import { Minimap } from "./minimap";
import { startSeat } from "./nav";
import { LOOK_AVAILABLE, LOOK_MINE, LOOK_SELECTED } from "./palette";
import { isWide } from "./places";
import { SeatGrid } from "./seat-grid";
import { Tooltip } from "./tooltip";

/** Of the line that explains the keys, and a little, in CSS pixels. */
const HINT_HEIGHT = 40;

export interface SeatMapProps {
  hall: Hall;
  /** Replaced, never mutated, at each change. */
  states: SeatStates;
  /** The seats that the reader has chosen. */
  selected: ReadonlySet<number>;
  /** The seats of the reader's own bookings. */
  mine: ReadonlySet<number>;
  /** A category's id: the others are dimmed. */
  spotlight?: string | undefined;
  /**
   * What the reader means; limits and rules are the owner's. A tap on a seat that cannot be chosen is told too,
   * with `on`, so that the owner can say why.
   */
  onSelect: (seats: readonly number[], on: boolean) => void;
  /** When the key changes these seats are brought into view and pulse. */
  attention?: { seats: readonly number[]; key: number } | undefined;
  /** Of the grid: "Seats of Paper Lanterns". */
  label: string;
}

/** Shows any hall, and lets seats be chosen in it by mouse, finger, keyboard and screen reader. */
export function SeatMap(props: SeatMapProps) {
  // Another showtime is another map.
  return <Map key={props.hall.showtimeId} {...props} />;
}

function Map({ hall, states, selected, mine, spotlight, onSelect, attention, label }: SeatMapProps) {
  const engine = useMemo(() => new SeatMapEngine(hall), [hall]);
  const ui = useSyncExternalStore(engine.ui.subscribe, engine.ui.snapshot);
  const [active, setActive] = useState(() => startSeat(engine.plan, states, selected, mine));
  const [wanted, setWanted] = useState<{ seat: number }>();
  const [keyboard, setKeyboard] = useState(false);
  const hint = useId();
  const ground = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const cells = useRef<HTMLDivElement>(null);

  const tier = hall.categories.findIndex((category) => category.id === spotlight);
  useLayoutEffect(
    () => engine.tell({ states, selected, mine, spotlight: tier }),
    [engine, states, selected, mine, tier],
  );
  useLayoutEffect(() => {
    const elements = { ground: ground.current, base: base.current, overlay: overlay.current, cells: cells.current };
    if (!elements.ground || !elements.base || !elements.overlay || !elements.cells) return;
    return engine.attach({ ...elements } as Parameters<typeof engine.attach>[0]);
  }, [engine]);
  // A seat that a key or a pointer goes to gets the focus: the keyboard goes on from there.
  const go = useCallback((seat: number) => {
    setActive(seat);
    setWanted({ seat });
  }, []);
  useEffect(() => engine.listen(onSelect, go), [engine, onSelect, go]);
  useEffect(() => {
    if (attention) engine.attend(attention.seats);
    // The key says when it is another call for attention.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [engine, attention?.key]);

  const look = (seat: number) =>
    selected.has(seat) ? LOOK_SELECTED : mine.has(seat) ? LOOK_MINE : (states.codes[seat] ?? LOOK_AVAILABLE);
  const wide = isWide(ui.view);
  // Beside the buttons, or above them and the small map.
  const hintBottom = wide ? 8 : ui.lost ? 144 : 62;
  // It gives way to the seat that the keyboard is on, as the focus must not be covered.
  const top = ui.view.height - hintBottom - HINT_HEIGHT;
  const inTheWay = ui.tip !== undefined && ui.tip.box.bottom > top && ui.tip.box.top < top + HINT_HEIGHT;
  return (
    <div className="bg-bg text-ink relative size-full min-h-0 overflow-clip select-none">
      <div
        ref={ground}
        data-cursor="ground"
        className="absolute inset-0 touch-none overflow-clip data-[cursor=ground]:cursor-grab data-[cursor=moving]:cursor-grabbing data-[cursor=seat]:cursor-pointer"
        style={{ WebkitTouchCallout: "none" }}
      >
        <canvas
          ref={base}
          aria-hidden
          className="absolute top-0 left-0 max-w-none origin-top-left will-change-transform"
        />
        <canvas ref={overlay} aria-hidden className="pointer-events-none absolute inset-0 size-full" />
        <SeatGrid
          engine={engine}
          layer={cells}
          states={states}
          selected={selected}
          mine={mine}
          onSelect={onSelect}
          active={active}
          onActive={setActive}
          wanted={wanted}
          onGo={go}
          onKeyboard={setKeyboard}
          label={label}
          describedBy={hint}
        />
      </div>
      {ui.tip && <Tooltip hall={hall} seat={ui.tip.seat} look={look(ui.tip.seat)} box={ui.tip.box} view={ui.view} />}
      {ui.lost && <Minimap engine={engine} states={states} />}
      <p
        id={hint}
        style={{ bottom: hintBottom }}
        className={clsx(
          "bg-ink text-bg pointer-events-none absolute left-1/2 w-max max-w-[calc(100%-1rem)] -translate-x-1/2 rounded-lg px-3 py-1.5 text-sm shadow-lg",
          (!keyboard || inTheWay) && "sr-only",
        )}
      >
        Arrows move, Space selects, + and − zoom
      </p>
      <Controls
        wide={wide}
        canZoomIn={ui.canZoomIn}
        canZoomOut={ui.canZoomOut}
        canFit={!ui.whole}
        onZoomIn={() => engine.zoomIn()}
        onZoomOut={() => engine.zoomOut()}
        onWhole={() => engine.wholeHall()}
      />
    </div>
  );
}
