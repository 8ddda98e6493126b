/** A seat's new status, in the words of the server: neither is known to be one of ours. */
export interface SeatChange {
  id: string;
  status: string;
}

/** The whole map at a version. */
export interface Snapshot {
  type: "snapshot";
  showtimeId: string;
  version: number;
  seats: readonly SeatChange[];
}

/** The seats whose status differs between two versions, as they are at the later one. */
export interface Delta {
  type: "delta";
  from: number;
  version: number;
  seats: readonly SeatChange[];
}

export type Message = Snapshot | Delta;

/** Reads a frame; undefined for what is none of the messages above. */
export function decode(frame: unknown): Message | undefined {
  if (typeof frame !== "string") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return undefined; // no JSON is one of the things that a frame may be
  }
  if (!isRecord(value) || !isVersion(value.version) || !areChanges(value.seats)) return undefined;
  const { type, version, seats, from, showtimeId } = value;
  if (type === "snapshot" && typeof showtimeId === "string") return { type, showtimeId, version, seats };
  if (type === "delta" && isVersion(from) && from < version) return { type, from, version, seats };
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function areChanges(value: unknown): value is SeatChange[] {
  return (
    Array.isArray(value) &&
    value.every((seat) => isRecord(seat) && typeof seat.id === "string" && typeof seat.status === "string")
  );
}
