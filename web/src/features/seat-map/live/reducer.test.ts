import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AVAILABLE, BLOCKED, HELD, SOLD, statuses } from "../model";
import { planned } from "../testing";
import type { Message, SeatChange } from "./message";
import { merge, resync, type LiveMap } from "./reducer";

const { hall } = planned({ rows: ["aaa"] });

const at = (version: number, ...codes: number[]): LiveMap => ({
  states: { version, codes: Uint8Array.from(codes) },
  awaiting: false,
});
const delta = (from: number, version: number, ...seats: SeatChange[]): Message => ({
  type: "delta",
  from,
  version,
  seats,
});
const snapshot = (version: number, ...all: string[]): Message => ({
  type: "snapshot",
  showtimeId: hall.showtimeId,
  version,
  seats: all.map((status, i) => ({ id: `A${i + 1}`, status })),
});
const held = (id: string) => ({ id, status: "held" });

describe("merge", () => {
  it("begins with a snapshot", () => {
    const merged = merge(hall, { states: undefined, awaiting: false }, snapshot(4, "available", "sold", "held"));
    expect(merged).toEqual({ ...at(4, AVAILABLE, SOLD, HELD), need: "nothing" });
  });

  it("has no seat for sale of which the first snapshot says nothing", () => {
    const merged = merge(hall, { states: undefined, awaiting: false }, snapshot(4, "available"));
    expect([...(merged.states?.codes ?? [])]).toEqual([AVAILABLE, BLOCKED, BLOCKED]);
  });

  it("asks for a snapshot when it has none", () => {
    const merged = merge(hall, { states: undefined, awaiting: false }, delta(1, 2, held("A1")));
    expect(merged).toEqual({ states: undefined, awaiting: true, need: "resync" });
  });

  it("takes a delta from its own version, and leaves the old state as it was", () => {
    const before = at(1, AVAILABLE, AVAILABLE, AVAILABLE);
    expect(merge(hall, before, delta(1, 3, held("A2")))).toEqual({
      ...at(3, AVAILABLE, HELD, AVAILABLE),
      need: "nothing",
    });
    expect(before).toEqual(at(1, AVAILABLE, AVAILABLE, AVAILABLE));
  });

  it.each([
    ["the same delta again", delta(4, 5, held("A1"))],
    ["an older delta", delta(2, 3, held("A1"))],
    ["an older snapshot", snapshot(4, "held", "held", "held")],
  ])("ignores %s", (_, message) => {
    const before = at(5, AVAILABLE, AVAILABLE, AVAILABLE);
    const merged = merge(hall, before, message);
    expect(merged.states).toBe(before.states);
    expect(merged.need).toBe("nothing");
  });

  it.each([
    ["beyond its version", delta(6, 7, held("A1"))],
    ["across its version", delta(4, 6, held("A1"))],
  ])("asks for a snapshot, once, when a delta starts %s", (_, gap) => {
    const first = merge(hall, at(5, AVAILABLE, AVAILABLE, AVAILABLE), gap);
    expect(first).toEqual({ ...at(5, AVAILABLE, AVAILABLE, AVAILABLE), awaiting: true, need: "resync" });
    const second = merge(hall, first, delta(8, 9, held("A2")));
    expect(second).toEqual({ ...first, need: "nothing" });
    const healed = merge(hall, second, snapshot(9, "held", "held", "available"));
    expect(healed).toEqual({ ...at(9, HELD, HELD, AVAILABLE), need: "nothing" });
    expect(merge(hall, healed, delta(10, 11)).need).toBe("resync");
  });

  it("takes an answer that is older than what it knows for the answer, but not for the map", () => {
    const waiting = { ...at(7, HELD, AVAILABLE, AVAILABLE), awaiting: true };
    const answered = merge(hall, waiting, snapshot(5, "available", "available", "available"));
    expect(answered).toEqual({ ...at(7, HELD, AVAILABLE, AVAILABLE), need: "nothing" });
    expect(merge(hall, answered, delta(5, 8, held("A3"))).need).toBe("resync");
  });

  it("takes what it knows of a delta that names an unknown seat, and asks for the rest", () => {
    const merged = merge(hall, at(1, AVAILABLE, AVAILABLE, AVAILABLE), delta(1, 2, held("Z9"), held("A1")));
    expect(merged).toEqual({ ...at(2, HELD, AVAILABLE, AVAILABLE), awaiting: true, need: "resync" });
  });

  it("leaves a seat as it was when its new status is unknown, and asks; a snapshot of the same version mends it", () => {
    const merged = merge(hall, at(1, SOLD, AVAILABLE, AVAILABLE), delta(1, 2, { id: "A1", status: "toString" }));
    expect(merged).toEqual({ ...at(2, SOLD, AVAILABLE, AVAILABLE), awaiting: true, need: "resync" });
    const mended = merge(hall, merged, snapshot(2, "available", "available", "available"));
    expect(mended).toEqual({ ...at(2, AVAILABLE, AVAILABLE, AVAILABLE), need: "nothing" });
  });

  it("does not ask again for a snapshot that it could not read whole", () => {
    const merged = merge(hall, at(1, AVAILABLE, AVAILABLE, AVAILABLE), snapshot(2, "sold", "melted", "sold", "sold"));
    expect(merged).toEqual({ ...at(2, SOLD, AVAILABLE, SOLD), need: "nothing" });
  });

  it("does not take another showtime's snapshot", () => {
    const before = at(1, AVAILABLE, AVAILABLE, AVAILABLE);
    const merged = merge(hall, before, { ...snapshot(2, "sold", "sold", "sold"), showtimeId: "another" } as Message);
    expect(merged).toEqual({ ...before, awaiting: true, need: "resync" });
  });
});

describe("resync", () => {
  it("asks once", () => {
    const asked = resync(at(1, HELD, HELD, HELD));
    expect(asked.need).toBe("resync");
    expect(resync(asked).need).toBe("nothing");
  });
});

/** What happens to a frame of the server on its way. */
type Fate = "arrives" | "is lost" | "comes twice" | "comes late";

/** A step of the truth: seats change, and the server tells of it now or together with the next step. */
interface Step {
  seat: number;
  code: number;
  told: boolean;
  fate: Fate;
  /** A snapshot is sent after it, by a server that is as many versions behind. */
  snapshot: number | undefined;
}

const step: fc.Arbitrary<Step> = fc.record({
  seat: fc.nat({ max: 2 }),
  code: fc.nat({ max: 3 }),
  told: fc.boolean(),
  fate: fc.constantFrom<Fate>("arrives", "arrives", "is lost", "comes twice", "comes late"),
  snapshot: fc.option(fc.nat({ max: 4 }), { nil: undefined, freq: 6 }),
});

const changes = (codes: readonly number[], before?: readonly number[]) =>
  codes.flatMap((code, i) => {
    const status = statuses[code];
    return status === undefined || code === before?.[i] ? [] : [{ id: `A${i + 1}`, status }];
  });

describe("merging what is lost, repeated and late", () => {
  it("never goes back, is always true, and ends at the truth", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, knowsStart) => {
        const truth: number[][] = [[0, 0, 0]];
        const version = () => truth.length - 1;
        const whole = (v: number): Message => ({
          type: "snapshot",
          showtimeId: hall.showtimeId,
          version: v,
          seats: changes(truth[v] ?? []),
        });
        let map: LiveMap = knowsStart ? at(0, 0, 0, 0) : { states: undefined, awaiting: false };
        const requests = { unanswered: false };
        const receive = (message: Message) => {
          const before = map.states?.version ?? -1;
          const merged = merge(hall, map, message);
          map = merged;
          if (message.type === "snapshot") requests.unanswered = false;
          if (merged.need === "resync") {
            expect(requests.unanswered).toBe(false);
            requests.unanswered = true;
          }
          if (merged.states) {
            expect(merged.states.version).toBeGreaterThanOrEqual(before);
            expect([...merged.states.codes]).toEqual(truth[merged.states.version]);
          } else expect(before).toBe(-1);
        };

        let told = 0;
        const late: Message[] = [];
        for (const { seat, code, told: tell, fate, snapshot: behind } of steps) {
          truth.push((truth[version()] ?? []).with(seat, code));
          if (tell) {
            const message = delta(told, version(), ...changes(truth[version()] ?? [], truth[told]));
            told = version();
            if (fate === "comes late") late.unshift(message);
            else {
              if (fate !== "is lost") receive(message);
              if (fate === "comes twice") receive(message);
              for (const old of late.splice(0)) receive(old);
            }
          }
          if (behind !== undefined) receive(whole(Math.max(0, version() - behind)));
        }
        for (const old of late) receive(old);
        // Then the line is good again: the server tells of one more step, and answers what it was asked.
        truth.push((truth[version()] ?? []).with(0, 3));
        receive(delta(told, version(), ...changes(truth[version()] ?? [], truth[told])));
        if (requests.unanswered) receive(whole(version()));
        expect(map.states).toEqual(at(version(), ...(truth[version()] ?? [])).states);
      }),
      { numRuns: 500 },
    );
  });
});
