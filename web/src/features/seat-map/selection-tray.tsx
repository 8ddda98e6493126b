import { Armchair, X } from "lucide-react";
import { useCallback, useRef, type ReactNode } from "react";
import { formatMoney, sum } from "@/lib/money";
import { countOf, seatLabel, seatName } from "@/lib/seats";
import { SeatSign } from "./map/seat-sign";
import type { Hall, HallSeat } from "./model";
import { SelectionStatus } from "./selection-status";
import { priceOf, seatsOf } from "./words";

interface SelectionTrayProps {
  hall: Hall;
  selected: ReadonlySet<number>;
  /** The most seats of one booking. */
  limit: number;
  onRemove: (seat: number) => void;
  onClear: () => void;
  /** What to do with the choice: a button. */
  action: ReactNode;
}

/** What has been chosen, and what it costs: a bar at the foot of a phone, a list beside the map elsewhere. */
export function SelectionTray({ hall, selected, limit, onRemove, onClear, action }: SelectionTrayProps) {
  const root = useRef<HTMLElement>(null);
  const seats = seatsOf(hall, selected);
  const total = sum(seats.flatMap((seat) => priceOf(hall, seat) ?? []));
  const refocus = useCallback((to: HTMLElement | null) => (to ?? root.current)?.focus(), []);

  return (
    <section
      ref={root}
      tabIndex={-1}
      aria-label="Your choice"
      className="border-line bg-surface wide:min-h-0 wide:max-h-[60dvh] wide:gap-3 wide:p-5 flex max-h-[45dvh] min-h-50 shrink-0 flex-col justify-between gap-2 overflow-y-auto border-t px-4 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] -outline-offset-3"
    >
      {total ? (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <h2 className="font-semibold">
              {seats.length} of {countOf(limit, "seat")}
            </h2>
            <button
              type="button"
              className="text-muted hover:bg-raised hover:text-ink min-h-11 rounded-lg px-2 text-sm underline underline-offset-4"
              onClick={() => {
                refocus(null);
                onClear();
              }}
            >
              Clear
            </button>
            <p className="ml-auto text-xl font-bold">
              <span className="sr-only">Total </span>
              {formatMoney(total)}
            </p>
          </div>
          <ul className="wide:mx-0 wide:flex-col wide:gap-1.5 wide:overflow-x-hidden wide:overflow-y-auto wide:px-0 -mx-4 flex min-h-0 gap-2 overflow-x-auto px-4 pb-1">
            {[...selected].map((index) => {
              const seat = hall.seats[index];
              return (
                seat && <Chosen key={index} hall={hall} seat={seat} onRemove={() => onRemove(index)} onGone={refocus} />
              );
            })}
          </ul>
        </>
      ) : (
        <Empty hall={hall} limit={limit} />
      )}
      {action}
      <SelectionStatus hall={hall} selected={selected} />
    </section>
  );
}

interface ChosenProps {
  hall: Hall;
  seat: HallSeat;
  onRemove: () => void;
  /** It goes while it has the focus, which is better on the one beside it. */
  onGone: (to: HTMLElement | null) => void;
}

function Chosen({ hall, seat, onRemove, onGone }: ChosenProps) {
  const category = hall.categories[seat.tier];
  const price = category ? formatMoney(category.price) : "";
  const watch = useCallback(
    (item: HTMLLIElement | null) => () => {
      if (!item?.contains(document.activeElement)) return;
      const beside = item.nextElementSibling ?? item.previousElementSibling;
      onGone(beside?.querySelector("button") ?? null);
    },
    [onGone],
  );
  return (
    <li ref={watch} className="shrink-0 transition duration-150 starting:scale-90 starting:opacity-0">
      <button
        type="button"
        aria-label={`Remove ${seatName(seat)}, ${category?.name ?? ""}, ${price}`}
        className="bg-raised hover:ring-edge flex min-h-11 w-full items-center gap-2 rounded-xl py-1 pr-2.5 pl-2 text-left ring-1 ring-transparent -outline-offset-3 ring-inset"
        onClick={onRemove}
      >
        <SeatSign kind="selected" tier={seat.tier} size={22} />
        <span className="font-semibold">{seatLabel(seat)}</span>
        <span className="text-muted wide:inline hidden truncate text-sm">{category?.name}</span>
        <span className="text-muted wide:ml-auto text-sm">{price}</span>
        <X aria-hidden className="text-muted size-4" />
      </button>
    </li>
  );
}

function Empty({ hall, limit }: { hall: Hall; limit: number }) {
  const prices = hall.categories.map((category) => category.price);
  const cheapest = prices.reduce<(typeof prices)[number] | undefined>(
    (least, price) => (least && Number(least.amount) <= Number(price.amount) ? least : price),
    undefined,
  );
  return (
    <div className="flex items-center gap-3 py-2">
      <span
        aria-hidden
        className="bg-accent-soft text-accent flex size-11 shrink-0 items-center justify-center rounded-full"
      >
        <Armchair className="size-6" />
      </span>
      <div>
        <h2 className="font-semibold">Choose the seats you like</h2>
        <p className="text-muted text-sm">
          {cheapest && `From ${formatMoney(cheapest)} each, `}up to {limit} at once
        </p>
      </div>
    </div>
  );
}
