import { useCallback, useMemo, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { HoldBanner, useHold, type GivenBack } from "@/features/checkout";
import {
  BestPicker,
  bestSeats,
  ConnectionBadge,
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
  HELD,
} from "@/features/seat-map";
import { isProblem } from "@/lib/api/problem";
import type { SeatMap as MapDocument, Showtime } from "@/lib/api/types";
import { countOf } from "@/lib/seats";
import { FindForMe } from "./find-for-me";
import { RaceLost, type Loss } from "./race-lost";
import { Refusal } from "./refusal";
import { ShowtimeHeader } from "./showtime-header";
import { useOwnSeats } from "./use-own-seats";

interface Attention {
  seats: readonly number[];
  key: number;
}

/** Choose seats and hold them. The map fills the screen; on a phone the choice lies below it, elsewhere beside it. */
export function SeatPicker({ showtime, map }: { showtime: Showtime; map: MapDocument }) {
  const hall = useMemo(() => hallOf(map), [map]);
  const initial = useMemo(() => statesOf(map), [map]);
  const { states, connection } = useLiveSeats(hall, initial);
  const hold = useHold();
  // What may be held already counts as own: the map may say so before an answer does, or in place of one.
  const unanswered = hold.isPending || (isProblem(hold.error) && hold.error.passing);
  const { mine, waiting } = useOwnSeats(hall, unanswered ? hold.variables?.seatIds : undefined);
  const wished = useWishedSeats(hall.indexOf);
  const selection = useSelection({ hall, states, mine, limit: showtime.maxSeatsPerBooking, initial: wished });
  const [loss, setLoss] = useState<Loss>();
  const [spotlight, setSpotlight] = useState<string>();
  const [attention, setAttention] = useState<Attention | undefined>(() =>
    wished.length > 0 ? { seats: wished, key: 0 } : undefined,
  );
  const navigate = useNavigate();
  const [given, setGiven] = useState((useLocation().state as GivenBack | null)?.message);

  const show = (seats: readonly number[]) => setAttention((before) => ({ seats, key: (before?.key ?? 0) + 1 }));
  const select = useCallback(
    (seats: readonly number[], on: boolean) => {
      setLoss(undefined);
      setGiven(undefined);
      selection.select(seats, on);
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `select` of a selection never changes
    [selection.select],
  );
  const replace = (seats: readonly number[]) => {
    setLoss(undefined);
    selection.replace(seats);
    show(seats);
  };

  function take(seats: readonly number[]) {
    const ids = seats.flatMap((index) => hall.seats[index]?.id ?? []);
    hold.mutate(
      { showtimeId: showtime.id, seatIds: ids },
      {
        onSuccess: (booking) => void navigate(`/bookings/${booking.id}`),
        onError: (error) => {
          if (!isProblem(error, "seats_taken")) return;
          // The map may not know yet what the refusal has told.
          const codes = Uint8Array.from(states.codes);
          for (const id of error.seats) codes[hall.indexOf.get(id) ?? -1] = HELD;
          const offer = nearestSeats(hall, codes, [...seats]);
          selection.replace(offer ?? []);
          setLoss({ gone: error.seats, offer });
          show(offer ?? seats);
        },
      },
    );
  }

  const chosen = [...selection.selected];
  const best = (n: number, category?: string) => {
    const seats = bestSeats(hall, states.codes, n, { exclude: mine, ...(category ? { category } : {}) });
    if (seats) replace(seats);
    return seats !== undefined;
  };
  const bestPicker = <BestPicker max={showtime.maxSeatsPerBooking} categories={hall.categories} onPick={best} />;
  const notice = selection.notice;
  const swap = notice?.kind === "lost" ? insteadOf(hall, states.codes, notice.seats, chosen) : undefined;

  return (
    <div className="flex h-[calc(100dvh-3.5rem-1px)] min-h-112 flex-col lg:grid lg:grid-cols-[1fr_24rem] lg:grid-rows-1">
      <div className="relative flex min-h-0 flex-1 flex-col">
        <ShowtimeHeader showtime={showtime} badge={<ConnectionBadge connection={connection} />} />
        {waiting && <HoldBanner booking={waiting} />}
        <div className="lg:hidden">
          <Legend hall={hall} states={states} spotlight={spotlight} onSpotlight={setSpotlight} />
        </div>
        <div className="relative min-h-0 flex-1">
          <SeatMap
            hall={hall}
            states={states}
            selected={selection.selected}
            mine={mine}
            spotlight={spotlight}
            onSelect={select}
            attention={attention}
            label={`Seats of ${showtime.movie.title}`}
          />
        </div>
      </div>
      <aside aria-label="Your seats" className="border-line bg-surface flex min-h-0 flex-col lg:border-l">
        <div className="hidden min-h-0 flex-1 space-y-6 overflow-y-auto p-5 lg:block">
          {bestPicker}
          <Legend hall={hall} states={states} spotlight={spotlight} onSpotlight={setSpotlight} />
        </div>
        {loss ? (
          <RaceLost
            hall={hall}
            loss={loss}
            busy={hold.isPending}
            onTake={take}
            onDismiss={() => {
              setLoss(undefined);
              selection.clear();
            }}
          />
        ) : (
          <>
            <SelectionNotice
              hall={hall}
              notice={notice}
              onDismiss={selection.dismiss}
              {...(swap ? { offer: { seats: swap.fresh, onTake: () => replace(swap.seats) } } : {})}
            />
            {given && <Notice tone="good" title={given} className="m-3" />}
            {hold.error && !isProblem(hold.error, "seats_taken") && (
              <div className="p-3">
                <Refusal error={hold.error} onRetry={() => take(chosen)} onDismiss={() => hold.reset()} />
              </div>
            )}
            <SelectionTray
              hall={hall}
              selected={selection.selected}
              limit={showtime.maxSeatsPerBooking}
              onRemove={(seat) => select([seat], false)}
              onClear={selection.clear}
              action={
                chosen.length === 0 ? (
                  <FindForMe picker={bestPicker} />
                ) : (
                  <Button className="w-full text-lg" busy={hold.isPending} onClick={() => take(chosen)}>
                    Hold {countOf(chosen.length, "seat")}
                  </Button>
                )
              }
            />
          </>
        )}
      </aside>
    </div>
  );
}

/** Seats that the address asks for, `?seats=F7,F8`: the same ones again after a hold has ended. */
function useWishedSeats(indexOf: ReadonlyMap<string, number>): number[] {
  const [search] = useSearchParams();
  const [wished] = useState(() =>
    (search.get("seats") ?? "")
      .split(",")
      .map((id) => indexOf.get(id))
      .filter((index) => index !== undefined),
  );
  return wished;
}
