import { BLOCKED, codeOf, statuses, type Hall, type SeatStates } from "../model";
import type { Message, SeatChange } from "./message";

/** What is known of a map, and whether a snapshot was asked for that has not come yet. */
export interface LiveMap {
  /** Undefined before the first snapshot. */
  states: SeatStates | undefined;
  awaiting: boolean;
}

export interface Merged extends LiveMap {
  need: "nothing" | "resync";
}

/**
 * Takes in a message. The version never goes back, and the statuses are always those of the version.
 *
 * A delta fits the one version that it starts from. It does not fit a version on its way, though that is
 * older than its end: the server leaves out what changed there and back again in between.
 *
 * The answer to a resync may be older than what is known: another server, which lags behind, may have given
 * what we know. Then it is not taken, and what follows it is skipped up to our version; the request is
 * answered all the same. A snapshot of our own version is taken, because it mends what a delta broke.
 */
export function merge(hall: Hall, map: LiveMap, message: Message): Merged {
  const { states } = map;
  if (message.type === "snapshot") {
    if (message.showtimeId !== hall.showtimeId) return resync(map);
    if (states && message.version < states.version) return { states, awaiting: false, need: "nothing" };
    // What a snapshot has that nobody knows, the next one would have too: it is no reason to ask again.
    const { codes } = applied(hall, states?.codes, message.seats);
    return { states: { version: message.version, codes }, awaiting: false, need: "nothing" };
  }
  if (states && message.version <= states.version) return { ...map, need: "nothing" };
  if (states?.version !== message.from) return resync(map);
  const { codes, sound } = applied(hall, states.codes, message.seats);
  const next = { states: { version: message.version, codes }, awaiting: map.awaiting };
  return sound ? { ...next, need: "nothing" } : resync(next);
}

/** Asks for a snapshot, unless one is on its way. */
export function resync(map: LiveMap): Merged {
  return { states: map.states, awaiting: true, need: map.awaiting ? "nothing" : "resync" };
}

/** The codes after the changes; sound if every seat and status was known. Seats that were never heard of are not for sale. */
function applied(hall: Hall, before: Uint8Array | undefined, changes: readonly SeatChange[]) {
  const codes = before ? before.slice() : new Uint8Array(hall.seats.length).fill(BLOCKED);
  let sound = true;
  for (const { id, status } of changes) {
    const index = hall.indexOf.get(id);
    const known = statuses.find((s) => s === status);
    if (index === undefined || known === undefined) sound = false;
    else codes[index] = codeOf(known);
  }
  return { codes, sound };
}
