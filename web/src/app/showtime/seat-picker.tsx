import { useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { HoldBanner, type GivenBack } from "@/features/checkout";
import {
  BestPicker,
  bestSeats,
  ConnectionBadge,
  HELD,
  hallOf,
  insteadOf,
  Legend,
  nearestSeats,
  SeatMap,
  SelectionNotice,
  SelectionTray,
  statesOf,
  useLiveSeats,
  useSelection,
  type Hall,
  type SeatStates,
} from "@/features/seat-map";
import type { SeatMap as MapDocument, Showtime } from "@/lib/api/types";
import { countOf } from "@/lib/seats";
import { FindForMe } from "./find-for-me";
import { RaceLost } from "./race-lost";
import { Refusal } from "./refusal";
import { ShowtimeHeader } from "./showtime-header";
import { indexesOf, useOwnSeats } from "./use-own-seats";
import { useTaking, type Loss } from "./use-taking";

/** Choose seats and hold them. The map fills the screen; on a phone the choice lies below it, elsewhere beside it. */
export function SeatPicker({ showtime, map }: { showtime: Showtime; map: MapDocument }) {
  const hall = useMemo(() => hallOf(map), [map]);
  const initial = useMemo(() => statesOf(map), [map]);
  const { states, connection } = useLiveSeats(hall, initial);
  const { mine, waiting } = useOwnSeats(hall);
  const { wished, given, forget } = useArrival(hall);
  const taking = useTaking(hall);
  const limit = showtime.maxSeatsPerBooking;
  const selection = useSelection({ hall, states, mine, requested: taking.requested, limit, initial: wished });
  const offer = useOffer(hall, states, taking.loss);
  const [spotlight, setSpotlight] = useState<string>();
  const [shown, setShown] = useState<readonly number[]>(wished);
  const aside = useRef<HTMLElement>(null);

  const chosen = [...selection.selected];
  const { notice } = selection;
  const swap = notice?.kind === "lost" ? insteadOf(hall, states.codes, notice.seats, chosen) : undefined;
  const attention = useAttention(taking.loss ? (offer ?? taking.loss.wanted) : shown);

  // What was said goes away with what it was said in: the focus stays near.
  const settle = () => aside.current?.focus();
  const lose = ({ wanted, gone }: Loss) => selection.replace(wanted.filter((seat) => !gone.includes(seat)));
  const giveUp = () => {
    taking.dismiss();
    setShown([]);
  };
  const choose = (seats: readonly number[]) => {
    forget();
    taking.dismiss();
    selection.replace(seats);
    setShown(seats);
  };
  const select = (seats: readonly number[], on: boolean) => {
    forget();
    if (taking.loss) giveUp();
    selection.select(seats, on);
  };
  const best = (n: number, category?: string) => {
    const seats = bestSeats(hall, states.codes, n, { exclude: mine, ...(category ? { category } : {}) });
    if (seats) choose(seats);
    return seats !== undefined;
  };
  const bestPicker = <BestPicker max={limit} categories={hall.categories} onPick={best} />;
  const legend = <Legend hall={hall} states={states} spotlight={spotlight} onSpotlight={setSpotlight} />;

  return (
    <div
      data-fills
      className="wide:grid wide:grid-cols-[minmax(0,1fr)_min(24rem,45vw)] wide:grid-rows-1 wide:min-h-0 flex min-h-128 flex-1 flex-col"
    >
      <div className="relative flex min-h-0 flex-1 flex-col">
        <ShowtimeHeader showtime={showtime} badge={<ConnectionBadge connection={connection} />} />
        {waiting && <HoldBanner booking={waiting} />}
        <div className="wide:hidden">{legend}</div>
        <div className="relative min-h-0 flex-1">
          <SeatMap
            hall={hall}
            states={states}
            selected={taking.loss && offer ? new Set(offer) : selection.selected}
            mine={mine}
            spotlight={spotlight}
            onSelect={select}
            attention={attention}
            label={`Seats of ${showtime.movie.title}`}
          />
        </div>
      </div>
      <aside
        ref={aside}
        tabIndex={-1}
        aria-label="Your seats"
        className="border-line bg-surface wide:border-l flex min-h-0 flex-col outline-none"
      >
        <div className="wide:block hidden min-h-0 flex-1 space-y-6 overflow-y-auto p-5">
          {bestPicker}
          {legend}
        </div>
        {taking.loss ? (
          <RaceLost
            hall={hall}
            gone={taking.loss.gone}
            offer={offer}
            onTake={(seats) => taking.take(seats, lose)}
            onDismiss={() => {
              giveUp();
              settle();
            }}
          />
        ) : (
          <>
            <SelectionNotice
              hall={hall}
              notice={notice}
              onDismiss={(byHand) => {
                selection.dismiss();
                if (byHand) settle();
              }}
              {...(swap
                ? {
                    offer: {
                      seats: swap.fresh,
                      onTake: () => {
                        choose(swap.seats);
                        settle();
                      },
                    },
                  }
                : {})}
            />
            {given && <Notice tone="good" title={given} className="m-3" />}
            {taking.error && (
              <div className="p-3">
                <Refusal
                  error={taking.error}
                  onRetry={() => taking.retry(lose)}
                  onDismiss={() => {
                    taking.dismiss();
                    settle();
                  }}
                />
              </div>
            )}
            <SelectionTray
              hall={hall}
              selected={selection.selected}
              limit={limit}
              onRemove={(seat) => select([seat], false)}
              onClear={selection.clear}
              action={
                chosen.length === 0 ? (
                  <FindForMe picker={bestPicker} />
                ) : (
                  <div className="space-y-1.5">
                    <Button className="w-full text-lg" busy={taking.busy} onClick={() => taking.take(chosen, lose)}>
                      Hold {countOf(chosen.length, "seat")}
                    </Button>
                    <p className="text-muted text-center text-xs">Nothing is charged yet: you pay in the next step.</p>
                  </div>
                )
              }
            />
          </>
        )}
      </aside>
    </div>
  );
}

/**
 * The nearest free seats to those that a lost race was about, as the map stands now; undefined where there are
 * not as many. The map may not know yet what the refusal has told.
 */
function useOffer(hall: Hall, { codes }: SeatStates, loss: Loss | undefined): readonly number[] | undefined {
  return useMemo(() => {
    if (!loss) return undefined;
    const now = codes.slice();
    for (const seat of loss.gone) now[seat] = HELD;
    return nearestSeats(hall, now, [...loss.wanted]);
  }, [hall, codes, loss]);
}

/** Calls attention to seats whenever they are others than before. */
function useAttention(seats: readonly number[]) {
  const named = seats.join();
  const [last, setLast] = useState({ named: "", key: 0 });
  if (last.named !== named) setLast({ named, key: last.key + 1 });
  return named === "" ? undefined : { seats, key: last.key };
}

/**
 * How the guest came here: with seats that they wish for (`?seats=F7,F8`, after a hold has ended), or having
 * given some back. The wish leaves the address at once, so that "back" does not wish again; what was given back
 * is forgotten with the next choice.
 */
function useArrival(hall: Hall) {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const state = useLocation().state as GivenBack | null;
  const [wished] = useState(() => indexesOf(hall, (search.get("seats") ?? "").split(",")));
  const wishing = search.has("seats");
  useEffect(() => {
    if (wishing) void navigate(".", { replace: true, state });
  }, [wishing, navigate, state]);
  const forget = () => {
    if (state) void navigate(".", { replace: true, state: null });
  };
  return { wished, given: state?.message, forget };
}
