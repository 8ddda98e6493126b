import { describe, expect, it } from "vitest";
import { Effects } from "./effects";

describe("Effects", () => {
  it("lasts as long as it should", () => {
    const effects = new Effects();
    effects.change([{ seat: 3, from: 0, to: 1 }], 1000);
    effects.advance(1599);
    expect(effects.all).toMatchObject([{ seat: 3, kind: "change", from: 0, to: 1 }]);
    effects.advance(1600);
    expect(effects.active).toBe(false);
  });

  it("shows the newest change of a seat", () => {
    const effects = new Effects();
    effects.change([{ seat: 3, from: 0, to: 1 }], 0);
    effects.change([{ seat: 3, from: 1, to: 2 }], 100);
    expect(effects.all).toHaveLength(1);
    expect(effects.all[0]).toMatchObject({ from: 1, to: 2 });
  });

  it("is silent where the whole state is another", () => {
    const effects = new Effects();
    effects.change(
      Array.from({ length: 201 }, (_, seat) => ({ seat, from: 0, to: 1 })),
      0,
    );
    expect(effects.active).toBe(false);
  });
});
