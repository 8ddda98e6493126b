import { describe, expect, it, vi } from "vitest";
import { alone } from "./alone";

/** Turns as a browser gives them, one after the other. */
function turns() {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_: string, work: () => Promise<unknown>) => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
  return { request } as Pick<LockManager, "request">;
}

const refusing = {
  request: () => Promise.reject(new DOMException("not here", "SecurityError")),
} as Pick<LockManager, "request">;

describe("work that tabs do one after the other", () => {
  it("waits for its turn", async () => {
    const locks = turns();
    const order: string[] = [];
    const tab = (name: string) =>
      alone(locks, "guest", async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        return name;
      });
    expect(await Promise.all([tab("a"), tab("b")])).toEqual(["a", "b"]);
    expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it.each([
    ["knows no turns", undefined],
    ["refuses them", refusing],
  ])("is done, once, where the browser %s", async (_, locks) => {
    const work = vi.fn(() => Promise.resolve("done"));
    expect(await alone(locks, "guest", work)).toBe("done");
    expect(work).toHaveBeenCalledTimes(1);
  });

  it("is not done again when it fails", async () => {
    const work = vi.fn(() => Promise.reject(new Error("away")));
    await expect(alone(turns(), "guest", work)).rejects.toThrow("away");
    expect(work).toHaveBeenCalledTimes(1);
  });
});
