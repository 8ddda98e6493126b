import { AVAILABLE, BLOCKED, statuses, type Hall } from "./model";

type Taken = "held" | "sold" | "blocked";

/** What a person should hear about their choice. Seats are indexes. */
export type SelectionNotice =
  /** No more seats than this in one booking. */
  | { kind: "limit"; limit: number }
  /** This seat cannot be chosen. */
  | { kind: "refused"; seat: number; why: Taken | "mine" }
  /** Chosen seats that others took, in the order of losing them; `to` is what became of them. */
  | { kind: "lost"; seats: readonly number[]; to: Taken };

export interface Selection {
  /** In the order of choosing. */
  selected: ReadonlySet<number>;
  /** The answer to the last step, if it did not do what was asked. */
  answer: SelectionNotice | undefined;
  /** Stays through further steps until it is dismissed: it came by itself, perhaps unnoticed. */
  lost: Extract<SelectionNotice, { kind: "lost" }> | undefined;
}

/** What a choice depends on. */
export interface Rules {
  hall: Hall;
  codes: Uint8Array;
  /** Seats of the person's own bookings, also of the one that is being made. They cannot be chosen, nor be lost. */
  mine: ReadonlySet<number>;
  /** The most seats of one booking. */
  limit: number;
}

export type SelectionStep =
  | { kind: "select"; seats: readonly number[]; on: boolean }
  | { kind: "replace"; seats: readonly number[] }
  | { kind: "clear" }
  | { kind: "dismiss" }
  /** The rules have changed. */
  | { kind: "settle" };

export function selectionOf(seats: Iterable<number> = []): Selection {
  return { selected: new Set(seats), answer: undefined, lost: undefined };
}

/** What there is to say now. */
export const noticeOf = ({ answer, lost }: Selection): SelectionNotice | undefined => answer ?? lost;

/** Never changes a selection in place; one that stays the same stays the same object. */
export function step(selection: Selection, action: SelectionStep, rules: Rules): Selection {
  switch (action.kind) {
    case "select":
      return action.on ? add(selection, action.seats, rules) : remove(selection, action.seats);
    case "replace":
      return add(selectionOf(), action.seats, rules);
    case "clear":
      return selection.selected.size === 0 && !noticeOf(selection) ? selection : selectionOf();
    case "dismiss":
      if (selection.answer) return { ...selection, answer: undefined };
      return selection.lost ? { ...selection, lost: undefined } : selection;
    case "settle":
      return settle(selection, rules);
  }
}

function add(selection: Selection, seats: readonly number[], rules: Rules): Selection {
  const selected = new Set(selection.selected);
  let answer: SelectionNotice | undefined;
  for (const seat of seats) {
    if (selected.has(seat)) continue;
    const why = whyNot(seat, rules);
    if (why) answer ??= { kind: "refused", seat, why };
    else if (selected.size < rules.limit) selected.add(seat);
    else {
      answer = { kind: "limit", limit: rules.limit };
      break;
    }
  }
  return same(selection, {
    selected: selected.size === selection.selected.size ? selection.selected : selected,
    answer,
    lost: selection.lost,
  });
}

function remove(selection: Selection, seats: readonly number[]): Selection {
  const selected = new Set(selection.selected);
  for (const seat of seats) selected.delete(seat);
  return same(selection, {
    selected: selected.size === selection.selected.size ? selection.selected : selected,
    answer: undefined,
    lost: selection.lost,
  });
}

/** A seat that another person took leaves the selection. */
function settle(selection: Selection, rules: Rules): Selection {
  const gone = [...selection.selected].filter((seat) => !rules.mine.has(seat) && rules.codes[seat] !== AVAILABLE);
  if (gone.length === 0) return selection;
  const selected = new Set(selection.selected);
  for (const seat of gone) selected.delete(seat);
  const known = selection.lost?.seats ?? [];
  const seats = [...known, ...gone.filter((seat) => !known.includes(seat))];
  return { selected, answer: undefined, lost: { kind: "lost", seats, to: fate(seats, rules) } };
}

function whyNot(seat: number, { codes, mine }: Rules): Taken | "mine" | undefined {
  if (mine.has(seat)) return "mine";
  return codes[seat] === AVAILABLE ? undefined : takenBy(codes[seat]);
}

/** Of a seat that is not free; one that is not in the hall is not for sale. */
function takenBy(code: number | undefined): Taken {
  const status = statuses[code ?? BLOCKED];
  return status === undefined || status === "available" ? "blocked" : status;
}

/** What to say of several seats: taken by somebody, if any of them was. */
function fate(seats: readonly number[], { codes }: Rules): Taken {
  const fates = seats.filter((seat) => codes[seat] !== AVAILABLE).map((seat) => takenBy(codes[seat]));
  return fates.find((to) => to !== "blocked") ?? "blocked";
}

function same(before: Selection, after: Selection): Selection {
  const equal = before.selected === after.selected && before.answer === after.answer && before.lost === after.lost;
  return equal ? before : after;
}
