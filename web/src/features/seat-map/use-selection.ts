import { useCallback, useReducer } from "react";
import type { Hall, SeatStates } from "./model";
import { noticeOf, step, wishOf, type Selection, type SelectionNotice, type SelectionStep } from "./selection";

interface Options {
  hall: Hall;
  states: SeatStates;
  /** Seats of the person's own bookings. */
  mine: ReadonlySet<number>;
  /** Seats of a request that has not been answered, or whose answer is being followed. */
  requested: ReadonlySet<number>;
  /** The most seats of one booking. */
  limit: number;
  /** Chosen from the start; those that are taken meanwhile are lost, with a notice. */
  initial?: readonly number[];
}

export interface SelectionControl {
  /** In the order of choosing; never has a seat that somebody else took, not even for one frame. */
  selected: ReadonlySet<number>;
  select: (seats: readonly number[], on: boolean) => void;
  /** Chooses these instead of all that was chosen, and puts notices away. */
  replace: (seats: readonly number[]) => void;
  clear: () => void;
  notice: SelectionNotice | undefined;
  /** Puts the notice away. */
  dismiss: () => void;
}

/** The seats that a person has chosen. The functions stay the same from render to render. */
export function useSelection({ hall, states, mine, requested, limit, initial = [] }: Options): SelectionControl {
  const rules = { hall, codes: states.codes, mine, requested, limit };
  // Steps are judged by the rules of the render that they lead to, so by the newest map.
  const [selection, dispatch] = useReducer(
    (before: Selection, action: SelectionStep) => step(before, action, rules),
    initial,
    (seats) => wishOf(seats, rules),
  );
  if (step(selection, { kind: "settle" }, rules) !== selection) dispatch({ kind: "settle" });

  return {
    selected: selection.selected,
    select: useCallback((seats, on) => dispatch({ kind: "select", seats, on }), []),
    replace: useCallback((seats) => dispatch({ kind: "replace", seats }), []),
    clear: useCallback(() => dispatch({ kind: "clear" }), []),
    notice: noticeOf(selection),
    dismiss: useCallback(() => dispatch({ kind: "dismiss" }), []),
  };
}
