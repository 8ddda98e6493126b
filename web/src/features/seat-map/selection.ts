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
  /** Seats of the person's own bookings. They cannot be chosen, nor be lost. */
  mine: ReadonlySet<number>;
  /**
   * Seats of a request that has not been answered, or whose answer is being followed: they stay chosen,
   * whatever the map says of them. It may tell of them before the answer does.
   */
  requested: ReadonlySet<number>;
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

export function selectionOf(): Selection {
  return { selected: new Set(), answer: undefined, lost: undefined };
}

/** A choice that begins with seats that somebody wished for before: those that were taken meanwhile are lost. */
export function wishOf(seats: readonly number[], rules: Rules): Selection {
  const settled = settle({ ...selectionOf(), selected: new Set(seats) }, rules);
  return { ...add(selectionOf(), [...settled.selected], rules), lost: settled.lost };
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
    lost: without(selection.lost, (seat) => selected.has(seat)),
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

/**
 * A seat that another person took leaves the selection, with a notice; one that has become the person's own
 * leaves it without. What was said to be lost and turns out to be their own was not lost.
 */
function settle(selection: Selection, rules: Rules): Selection {
  const chosen = [...selection.selected].filter((seat) => !rules.requested.has(seat));
  const own = chosen.filter((seat) => rules.mine.has(seat));
  const gone = chosen.filter((seat) => !rules.mine.has(seat) && rules.codes[seat] !== AVAILABLE);
  const known = without(selection.lost, (seat) => rules.mine.has(seat) || rules.requested.has(seat));
  if (own.length === 0 && gone.length === 0) {
    return known === selection.lost ? selection : { ...selection, lost: known };
  }
  const selected = new Set(selection.selected);
  for (const seat of [...own, ...gone]) selected.delete(seat);
  if (gone.length === 0) return { selected, answer: selection.answer, lost: known };
  const before = known?.seats ?? [];
  const seats = [...before, ...gone.filter((seat) => !before.includes(seat))];
  return { selected, answer: undefined, lost: { kind: "lost", seats, to: fate(seats, rules) } };
}

/** The notice without some seats; the same one where it has none of them. */
function without(lost: Selection["lost"], left: (seat: number) => boolean): Selection["lost"] {
  if (!lost?.seats.some(left)) return lost;
  const seats = lost.seats.filter((seat) => !left(seat));
  return seats.length === 0 ? undefined : { ...lost, seats };
}

function whyNot(seat: number, { codes, mine, requested }: Rules): Taken | "mine" | undefined {
  if (requested.has(seat)) return undefined;
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
