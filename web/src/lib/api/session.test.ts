import { describe, expect, it, vi } from "vitest";
import { Session } from "./session";

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const of =
  <T>(store: T) =>
  () =>
    store;

const refusing = {
  getItem: (): never => {
    throw new DOMException("no storage", "SecurityError");
  },
  setItem: () => {
    throw new DOMException("no storage", "SecurityError");
  },
  removeItem: () => {
    throw new DOMException("no storage", "SecurityError");
  },
};

/** Makes guests with the tokens t1, t2, ... */
function guests() {
  let n = 0;
  return vi.fn(() => Promise.resolve({ token: `t${++n}`, userId: `u${n}`, expiresAt: "2030-01-01T00:00:00Z" }));
}

describe("a session", () => {
  it("makes no guest before one is needed", () => {
    const create = guests();
    expect(new Session(create, of(memory())).token).toBeUndefined();
    expect(create).not.toHaveBeenCalled();
  });

  it("makes one guest for many who need it at once, and keeps it", async () => {
    const create = guests();
    const session = new Session(create, of(memory()));
    expect(await Promise.all([session.ensure(), session.ensure(), session.ensure()])).toEqual(["t1", "t1", "t1"]);
    expect(await session.ensure()).toBe("t1");
    expect(create).toHaveBeenCalledTimes(1);
  });

  it("is the same guest in every tab", async () => {
    const store = memory();
    await new Session(guests(), of(store)).ensure();
    const create = guests();
    expect(await new Session(create, of(store)).ensure()).toBe("t1");
    expect(create).not.toHaveBeenCalled();
  });

  it("tries again after a guest could not be made", async () => {
    const create = guests().mockRejectedValueOnce(new Error("away"));
    const session = new Session(create, of(memory()));
    await expect(session.ensure()).rejects.toThrow("away");
    expect(await session.ensure()).toBe("t1");
  });

  it("forgets a token that was refused, but not the one that took its place", async () => {
    const session = new Session(guests(), of(memory()));
    const first = await session.ensure();
    session.forget(first);
    expect(session.token).toBeUndefined();
    const second = await session.ensure();
    expect(second).toBe("t2");
    session.forget(first);
    expect(session.token).toBe(second);
  });

  it.each([
    ["refuses to keep anything", of(refusing)],
    ["refuses even to be asked", () => refusing.getItem()],
  ])("lasts as long as the page where the browser %s", async (_, store) => {
    const create = guests();
    const session = new Session(create, store);
    const token = await session.ensure();
    expect(await session.ensure()).toBe(token);
    session.forget(token);
    expect(session.token).toBeUndefined();
    expect(create).toHaveBeenCalledTimes(1);
  });
});
