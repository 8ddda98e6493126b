import clsx from "clsx";
import { ChevronDown, Eye } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { formatMoney } from "@/lib/money";
import { SeatSign } from "./map/seat-sign";
import { AVAILABLE, type Hall, type SeatStates } from "./model";

interface LegendProps {
  hall: Hall;
  states: SeatStates;
  /** The id of the category that is in the light. */
  spotlight: string | undefined;
  onSpotlight: (category: string | undefined) => void;
}

/** Prices and signs. Tapping a category shows where its seats are. On a phone it is one line that opens. */
export function Legend({ hall, states, spotlight, onSpotlight }: LegendProps) {
  const [open, setOpen] = useState(false);
  const signs = useId();
  const free = useMemo(() => freeByTier(hall, states), [hall, states]);

  return (
    <section aria-label="Prices and key" className="border-line wide:border-0 wide:py-0 border-b py-2">
      <div className="wide:block flex">
        <h2 className="wide:not-sr-only wide:mb-2 sr-only text-sm font-semibold">Prices</h2>
        <ul className="wide:flex-col wide:overflow-visible wide:[mask-image:none] wide:p-0 flex min-w-0 flex-1 scroll-px-6 gap-1.5 overflow-x-auto [mask-image:linear-gradient(to_left,transparent,black_1.5rem)] py-0.5 pr-6 pl-3">
          {hall.categories.map(({ id, name, price }, tier) => (
            <li key={id} className="shrink-0">
              <button
                type="button"
                aria-pressed={spotlight === id}
                className={clsx(
                  "wide:gap-2.5 wide:px-3 flex min-h-12 w-full items-center gap-1.5 rounded-xl px-2 py-1 text-left -outline-offset-3 ring-inset",
                  spotlight === id
                    ? "bg-accent-soft ring-accent ring-2"
                    : "bg-surface ring-line hover:ring-edge ring-1",
                )}
                onClick={(event) => {
                  onSpotlight(spotlight === id ? undefined : id);
                  event.currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" });
                }}
              >
                <SeatSign kind="available" tier={tier} size={20} />
                <span className="wide:flex-1 min-w-0">
                  <span className="wide:text-sm flex items-center gap-1.5 text-xs leading-tight font-semibold">
                    {name}
                    {spotlight === id && <Eye aria-hidden className="text-accent size-4 shrink-0" />}
                  </span>
                  <span className="text-muted block text-xs">
                    {formatMoney(price)}
                    {free[tier] === 0 ? (
                      " · sold out"
                    ) : (
                      <span className="wide:inline hidden"> · {(free[tier] ?? 0).toLocaleString("en")} free</span>
                    )}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={signs}
          className="hover:bg-raised wide:hidden mr-1 flex min-h-12 shrink-0 items-center gap-1 rounded-xl px-1.5 text-sm font-medium -outline-offset-3"
          onClick={() => setOpen(!open)}
        >
          Key
          <ChevronDown aria-hidden className={clsx("size-4 transition", open && "rotate-180")} />
        </button>
      </div>
      <div id={signs} className={clsx("wide:mt-5 wide:block wide:p-0 px-4 pt-2", !open && "hidden")}>
        <h2 className="wide:not-sr-only wide:mb-2 sr-only text-sm font-semibold">Key</h2>
        <ul className="wide:grid wide:grid-cols-2 flex flex-wrap gap-x-4 gap-y-2 text-sm">
          {signsOf(hall).map(([kind, name]) => (
            <li key={kind} className="flex items-center gap-2">
              <SeatSign kind={kind} tier={0} size={22} />
              {name}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function freeByTier(hall: Hall, { codes }: SeatStates): number[] {
  const free = hall.categories.map(() => 0);
  for (const [index, { tier }] of hall.seats.entries())
    if (codes[index] === AVAILABLE) free[tier] = (free[tier] ?? 0) + 1;
  return free;
}

const signs = [
  ["available", "Free"],
  ["selected", "Chosen"],
  ["mine", "Yours"],
  ["held", "Being booked"],
  ["sold", "Sold"],
  ["blocked", "Not for sale"],
  ["wheelchair", "Wheelchair place"],
  ["companion", "Companion seat"],
] as const;

function signsOf(hall: Hall) {
  const kinds = new Set(hall.seats.map((seat) => seat.kind));
  return signs.filter(([kind]) => (kind !== "wheelchair" && kind !== "companion") || kinds.has(kind));
}
