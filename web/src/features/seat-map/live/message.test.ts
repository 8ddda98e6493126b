import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode } from "./message";

const seats = [{ id: "A1", status: "held" }];

describe("decode", () => {
  it("reads a snapshot", () => {
    const snapshot = { type: "snapshot", showtimeId: "s", version: 0, seats };
    expect(decode(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  it("reads a delta, also one that changes no seat", () => {
    const delta = { type: "delta", from: 3, version: 5, seats: [] };
    expect(decode(JSON.stringify(delta))).toEqual(delta);
  });

  it.each([
    ["no text", new ArrayBuffer(2)],
    ["no JSON", "{"],
    ["no object", "null"],
    ["a list", "[]"],
    ["another type", { type: "news", version: 1, seats }],
    ["a snapshot of nothing", { type: "snapshot", version: 1, seats }],
    ["no version", { type: "snapshot", showtimeId: "s", seats }],
    ["a version in words", { type: "snapshot", showtimeId: "s", version: "1", seats }],
    ["half a version", { type: "snapshot", showtimeId: "s", version: 1.5, seats }],
    ["a version below 0", { type: "snapshot", showtimeId: "s", version: -1, seats }],
    ["a version beyond what can be counted", { type: "snapshot", showtimeId: "s", version: 2 ** 53, seats }],
    ["a delta from nowhere", { type: "delta", version: 2, seats }],
    ["a delta that stands still", { type: "delta", from: 2, version: 2, seats }],
    ["a delta that goes back", { type: "delta", from: 3, version: 2, seats }],
    ["no seats", { type: "delta", from: 1, version: 2 }],
    ["seats without a name", { type: "delta", from: 1, version: 2, seats: [{ status: "held" }] }],
    ["seats without a status", { type: "delta", from: 1, version: 2, seats: [{ id: "A1", status: 1 }] }],
    ["seats that are none", { type: "delta", from: 1, version: 2, seats: [null] }],
  ])("does not read %s", (_, frame) => {
    const raw = typeof frame === "string" || frame instanceof ArrayBuffer ? frame : JSON.stringify(frame);
    expect(decode(raw)).toBeUndefined();
  });

  it("never throws, and what it reads is whole", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.json()), (frame) => {
        const message = decode(frame);
        if (message) expect(Number.isSafeInteger(message.version)).toBe(true);
      }),
    );
  });
});
