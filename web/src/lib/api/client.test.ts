import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Booking } from "./types";

/** The module keeps the guest of the page: each test gets its own, with a storage and an engine that are fakes. */
async function load(answers: Response[] = [], token?: string) {
  const kept = new Map<string, string>(token ? [["holdfast.guest", token]] : []);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  vi.stubGlobal("navigator", {}); // without turns among tabs
  // A browser asks the origin of the page.
  const Plain = Request;
  vi.stubGlobal(
    "Request",
    class extends Plain {
      constructor(path: string, init?: RequestInit) {
        super(new URL(path, "http://page.test"), init);
      }
    },
  );
  vi.stubGlobal("fetch", () => {
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("failed to fetch"));
  });
  vi.resetModules();
  const { Problem: Fresh } = await import("./problem");
  return { ...(await import("./client")), Problem: Fresh, kept };
}

const guest = (token: string) =>
  Response.json({ token, userId: "u", expiresAt: "2030-01-01T00:00:00Z" }, { status: 201 });
const unauthenticated = { code: "unauthenticated", title: "Who are you?", status: 401, type: "about:blank" };

beforeEach(() => {
  vi.unstubAllGlobals();
});

describe("known", () => {
  it("puts the deadline on the page's own clock, from when the question was asked", async () => {
    const { known } = await load();
    const booking = { id: "b", expiresInSeconds: 119.5 } as Booking;
    expect(known(booking, 1_000)).toEqual({ ...booking, deadline: 120_500 });
    expect(known({ ...booking, expiresInSeconds: 0 }, 1_000).deadline).toBe(1_000);
  });
});

describe("ask", () => {
  it("unwraps an answer", async () => {
    const { ask } = await load();
    expect(await ask(Promise.resolve({ data: { id: 1 }, response: new Response() }))).toEqual({ id: 1 });
  });

  it("throws what the engine refused", async () => {
    const { ask } = await load();
    const response = new Response(null, { status: 401 });
    await expect(ask(Promise.resolve({ error: unauthenticated, response }))).rejects.toMatchObject({
      code: "unauthenticated",
      status: 401,
    });
  });

  it("throws `network` when the engine was not reached, and lets a cancelled question be", async () => {
    const { ask } = await load();
    await expect(ask(Promise.reject(new TypeError("failed to fetch")))).rejects.toMatchObject({ code: "network" });
    const aborted = new DOMException("", "AbortError");
    await expect(ask(Promise.reject(aborted))).rejects.toBe(aborted);
  });
});

describe("asGuest", () => {
  it("asks with the guest's token", async () => {
    const { asGuest } = await load([], "t1");
    expect(await asGuest((headers) => Promise.resolve(headers))).toEqual({ Authorization: "Bearer t1" });
  });

  it("keeps a token that is refused, and tells", async () => {
    const { asGuest, Problem: Refused, kept } = await load([guest("t2")], "t1");
    const request = vi.fn(() => Promise.reject(new Refused("unauthenticated", "who are you?", { status: 401 })));
    await expect(asGuest(request)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(request).toHaveBeenCalledTimes(1);
    expect([...kept]).toEqual([["holdfast.guest", "t1"]]);
  });

  it("finds nothing where nobody has booked, without asking or becoming somebody", async () => {
    const { asGuest, kept } = await load([guest("t1")]);
    const request = vi.fn(() => Promise.resolve(1));
    await expect(asGuest(request)).rejects.toMatchObject({ code: "booking_not_found", status: 404 });
    expect(request).not.toHaveBeenCalled();
    expect(kept.size).toBe(0);
  });
});

describe("asNewGuestIfNeeded", () => {
  it("asks as a guest who is made for it", async () => {
    const { asNewGuestIfNeeded, kept } = await load([guest("t1")]);
    expect(await asNewGuestIfNeeded((headers) => Promise.resolve(headers))).toEqual({ Authorization: "Bearer t1" });
    expect([...kept]).toEqual([["holdfast.guest", "t1"]]);
  });

  it("becomes a new guest, once, when the token is refused, and puts the old token aside", async () => {
    const { asNewGuestIfNeeded, Problem: Refused, kept } = await load([guest("t2"), guest("t3")], "t1");
    const asked: string[] = [];
    const request = vi.fn((headers: { Authorization: string }) => {
      asked.push(headers.Authorization);
      return Promise.reject(new Refused("unauthenticated", "who are you?"));
    });
    await expect(asNewGuestIfNeeded(request)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(asked).toEqual(["Bearer t1", "Bearer t2"]);
    expect(kept).toEqual(
      new Map([
        ["holdfast.guest", "t2"],
        ["holdfast.guest.previous", "t1"],
      ]),
    );
  });

  it("does not ask again after any other refusal", async () => {
    const { asNewGuestIfNeeded, Problem: Refused } = await load([guest("t1")]);
    const request = vi.fn(() => Promise.reject(new Refused("seats_taken", "gone")));
    await expect(asNewGuestIfNeeded(request)).rejects.toMatchObject({ code: "seats_taken" });
    expect(request).toHaveBeenCalledTimes(1);
  });

  it("says when no guest could be made", async () => {
    const { asNewGuestIfNeeded } = await load();
    await expect(asNewGuestIfNeeded(() => Promise.resolve(1))).rejects.toMatchObject({ code: "network" });
  });
});

describe("idempotencyKey", () => {
  it("is another one each time, and what the engine takes", async () => {
    const { idempotencyKey } = await load();
    const keys = Array.from({ length: 100 }, idempotencyKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });
});
