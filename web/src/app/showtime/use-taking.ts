import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { useHold } from "@/features/checkout";
import { seatsOf, type Hall } from "@/features/seat-map";
import { isProblem, isUnanswered } from "@/lib/api/problem";
import { keys, paymentMethodsQuery } from "@/lib/api/queries";
import { indexesOf } from "./use-own-seats";

/** A race that was lost. Seats are indexes. */
export interface Loss {
  wanted: readonly number[];
  /** Those of them that were gone. */
  gone: readonly number[];
}

export interface Taking {
  /** Holds the seats and goes on to the till, or loses the race. */
  take: (seats: readonly number[], onLost: (loss: Loss) => void) => void;
  /** Asks for the very same seats again: the same wish, which is granted once. */
  retry: (onLost: (loss: Loss) => void) => void;
  /** An answer is awaited, or the till is being opened. */
  busy: boolean;
  /** What may be the guest's own already, though the bookings do not say so yet. */
  requested: ReadonlySet<number>;
  loss: Loss | undefined;
  /** Why nothing was held, where it was no lost race. */
  error: Error | undefined;
  /** Puts the loss or the error away. */
  dismiss: () => void;
}

/** From a choice to a hold. */
export function useTaking(hall: Hall): Taking {
  const hold = useHold();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [loss, setLoss] = useState<Loss>();
  useEffect(() => {
    // So that the till opens at once. Should it fail, it is tried again there and told.
    import("../routes/booking").catch(() => undefined);
    queries.query(paymentMethodsQuery).catch(() => undefined);
  }, [queries]);

  // The map may say that seats are held before the answer says by whom, or in place of an answer that was lost.
  const open = hold.isPending || hold.isSuccess || (hold.isError && isUnanswered(hold.error));
  const ids = open ? hold.variables.seatIds : undefined;
  const requested = useMemo(() => new Set(indexesOf(hall, ids ?? [])), [hall, ids]);

  function take(seats: readonly number[], onLost: (loss: Loss) => void) {
    setLoss(undefined);
    hold.mutate(
      { showtimeId: hall.showtimeId, seatIds: seatsOf(hall, seats).map(({ id }) => id) },
      {
        onSuccess: (booking) => {
          // Over when the till is open, or when somebody has gone back before it was.
          void Promise.resolve(navigate(`/bookings/${booking.id}`)).then(hold.reset);
        },
        onError: (error) => {
          // Perhaps the showing was cancelled since it was looked at.
          if (isProblem(error, "sales_closed"))
            void queries.invalidateQueries({ queryKey: keys.showtime(hall.showtimeId), exact: true });
          if (!isProblem(error, "seats_taken")) return;
          const lost = { wanted: seats, gone: indexesOf(hall, error.seats) };
          setLoss(lost);
          onLost(lost);
        },
      },
    );
  }

  return {
    take,
    retry: (onLost) => take(indexesOf(hall, hold.variables?.seatIds ?? []), onLost),
    busy: hold.isPending || hold.isSuccess,
    requested,
    loss,
    error: isProblem(hold.error, "seats_taken") ? undefined : (hold.error ?? undefined),
    dismiss: () => {
      setLoss(undefined);
      hold.reset();
    },
  };
}
