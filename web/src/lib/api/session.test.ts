import { describe, expect, it, vi } from "vitest";
import { Session } from "./session";

/** Without turns: what a tab does is not kept from what another does. */
const atOnce = <T>(work: () => Promise<T>) => work();

const sessionOf = (
  create: ConstructorParameters<typeof Session>[0]["create"],
  store: () => ReturnType<typeof memory>,
) => new Session({ create, store, alone: atOnce });

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

/** A guest that is made when it is told to. */
function slowGuest(token: string) {
  const gate = new EventTarget();
  const answered = new Promise((resolve) => gate.addEventListener("answer", resolve));
  return {
    create: () => answered.then(() => ({ token, userId: token, expiresAt: "2030-01-01T00:00:00Z" })),
    answer: () => gate.dispatchEvent(new Event("answer")),
  };
}

describe("a session", () => {
  it("makes no guest before one is needed", () => {
    const create = guests();
    expect(sessionOf(create, of(memory())).token).toBeUndefined();
    expect(create).not.toHaveBeenCalled();
  });

  it("makes one guest for many who need it at once, and keeps it", async () => {
    const create = guests();
    const session = sessionOf(create, of(memory()));
    expect(await Promise.all([session.ensure(), session.ensure(), session.ensure()])).toEqual(["t1", "t1", "t1"]);
    expect(await session.ensure()).toBe("t1");
    expect(create).toHaveBeenCalledTimes(1);
  });

  it("is the same guest in every tab", async () => {
    const store = memory();
    await sessionOf(guests(), of(store)).ensure();
    const create = guests();
    expect(await sessionOf(create, of(store)).ensure()).toBe("t1");
    expect(create).not.toHaveBeenCalled();
  });

  it("tries again after a guest could not be made", async () => {
    const create = guests().mockRejectedValueOnce(new Error("away"));
    const session = sessionOf(create, of(memory()));
    await expect(session.ensure()).rejects.toThrow("away");
    expect(await session.ensure()).toBe("t1");
  });

  it("is one guest where two tabs become one at the same time, without turns", async () => {
    const store = memory();
    const [first, second] = [slowGuest("A"), slowGuest("B")];
    const both = [sessionOf(first.create, of(store)).ensure(), sessionOf(second.create, of(store)).ensure()];
    second.answer();
    await both[1];
    first.answer();
    expect(await Promise.all(both)).toEqual(["B", "B"]);
    expect(store.getItem("holdfast.guest")).toBe("B");
  });

  it("makes no second guest when another tab had its turn before", async () => {
    const store = memory();
    const create = guests();
    const session = new Session({
      create,
      store: of(store),
      alone: (work) => {
        store.setItem("holdfast.guest", "of the other tab");
        return work();
      },
    });
    expect(await session.ensure()).toBe("of the other tab");
    expect(create).not.toHaveBeenCalled();
  });

  it("puts a token aside that was refused, but not the one that took its place", async () => {
    const store = memory();
    const session = sessionOf(guests(), of(store));
    const first = await session.ensure();
    session.retire(first);
    expect(session.token).toBeUndefined();
    expect(store.getItem("holdfast.guest.previous")).toBe(first);
    const second = await session.ensure();
    expect(second).toBe("t2");
    session.retire(first);
    expect(session.token).toBe(second);
  });

  it.each([
    ["refuses to keep anything", of(refusing)],
    ["refuses even to be asked", () => refusing.getItem()],
  ])("lasts as long as the page where the browser %s", async (_, store) => {
    const create = guests();
    const session = sessionOf(create, store);
    const token = await session.ensure();
    expect(await session.ensure()).toBe(token);
    session.retire(token);
    expect(session.token).toBeUndefined();
    expect(create).toHaveBeenCalledTimes(1);
  });
});
