import { describe, expect, it } from "vitest";
import { idle, step, type Input, type Intent, type State } from "./gestures";

function play(inputs: readonly Input[], from: State = idle): { state: State; intents: Intent[] } {
  let state = from;
  const intents: Intent[] = [];
  for (const input of inputs) {
    const [next, said] = step(state, input);
    state = next;
    intents.push(...said);
  }
  return { state, intents };
}

const down = (x: number, y: number, more: Partial<Input & { type: "down" }> = {}): Input => ({
  type: "down",
  id: 1,
  x,
  y,
  t: 0,
  touch: false,
  seat: false,
  open: true,
  all: false,
  ...more,
});
const move = (x: number, y: number, t = 10, id = 1): Input => ({ type: "move", id, x, y, t });
const up = (x: number, y: number, t = 20, id = 1): Input => ({ type: "up", id, x, y, t });
const did = (intents: readonly Intent[]) => intents.map((intent) => intent.do);

describe("mouse", () => {
  it("taps where it was pressed, though it trembled", () => {
    const { intents, state } = play([down(10, 10, { seat: true }), move(12, 11), up(12, 11)]);
    expect(intents).toEqual([{ do: "tap", x: 10, y: 10, touch: false, seat: true }]);
    expect(state.mode).toBe("idle");
  });

  it("paints from the seat it was pressed on, without a gap", () => {
    const { intents } = play([down(10, 10, { seat: true }), move(30, 10), move(90, 10), up(90, 10)]);
    expect(intents).toEqual([
      { do: "paint", from: { id: 1, x: 10, y: 10 }, to: { id: 1, x: 30, y: 10 }, first: true },
      { do: "paint", from: { id: 1, x: 30, y: 10 }, to: { id: 1, x: 90, y: 10 }, first: false },
      { do: "painted" },
    ]);
  });

  it("pans from a seat that is taken, unless all of the hall is seen", () => {
    const taken = { seat: true, open: false };
    expect(did(play([down(10, 10, taken), move(30, 40), up(30, 40)]).intents)).toEqual(["pan"]);
    const all = play([down(10, 10, { ...taken, all: true }), move(30, 40), up(30, 40)]);
    expect(did(all.intents)).toEqual(["paint", "painted"]);
    expect(did(play([down(10, 10, taken), up(10, 10)]).intents)).toEqual(["tap"]);
  });

  it("pans from empty ground, by all of the way, and does not throw", () => {
    const { intents } = play([down(10, 10), move(20, 10), move(25, 13), up(25, 13)]);
    expect(intents).toEqual([
      { do: "pan", dx: 10, dy: 0 },
      { do: "pan", dx: 5, dy: 3 },
    ]);
  });

  it("tells a second tap on the ground from two taps", () => {
    const first = play([down(10, 10), up(10, 10, 20)]);
    const soon = play([down(12, 10, { t: 150 }), up(12, 10, 200)], first.state);
    expect(did(soon.intents)).toEqual(["tap-again"]);
    const late = play([down(12, 10, { t: 900 }), up(12, 10, 950)], first.state);
    expect(did(late.intents)).toEqual(["tap"]);
    const elsewhere = play([down(80, 10, { t: 150 }), up(80, 10, 200)], first.state);
    expect(did(elsewhere.intents)).toEqual(["tap"]);
  });

  it("taps twice on a seat as on two seats", () => {
    const first = play([down(10, 10, { seat: true }), up(10, 10, 20)]);
    const second = play([down(10, 10, { seat: true, t: 100 }), up(10, 10, 120)], first.state);
    expect(did([...first.intents, ...second.intents])).toEqual(["tap", "tap"]);
  });
});

describe("touch", () => {
  it("pans by one finger, also from a seat, and throws", () => {
    const { intents } = play([
      down(10, 10, { touch: true, seat: true }),
      move(30, 10, 10),
      move(50, 10, 20),
      move(70, 10, 30),
      up(70, 10, 35),
    ]);
    expect(did(intents)).toEqual(["press", "unpress", "pan", "pan", "pan", "fling"]);
    const fling = intents.at(-1);
    expect(fling?.do === "fling" && fling.vx).toBeGreaterThan(1);
  });

  it("does not throw when the finger rested first", () => {
    const { intents } = play([down(10, 10, { touch: true }), move(40, 10, 10), move(70, 10, 20), up(70, 10, 300)]);
    expect(did(intents)).toEqual(["pan", "pan"]);
  });

  it("paints from a seat by one finger when all of the hall is seen", () => {
    const { intents } = play([down(10, 10, { touch: true, seat: true, all: true }), move(40, 10), up(40, 10)]);
    expect(did(intents)).toEqual(["press", "unpress", "paint", "painted"]);
  });

  it("paints after a long press", () => {
    const { intents } = play([down(10, 10, { touch: true, seat: true }), { type: "held" }, move(40, 10), up(40, 10)]);
    expect(did(intents)).toEqual(["press", "paint", "paint", "painted"]);
  });

  it("does not take a press for long once the finger has moved on", () => {
    const { intents } = play([down(10, 10, { touch: true, seat: true }), move(40, 10), { type: "held" }]);
    expect(did(intents)).toEqual(["press", "unpress", "pan"]);
  });

  it("pinches with two fingers about their middle, and goes on with the one that stays", () => {
    const { intents, state } = play([
      down(100, 100, { touch: true, seat: true }),
      down(200, 100, { touch: true, id: 2 }),
      move(300, 100, 10, 2),
      up(100, 100, 20, 1),
      move(310, 105, 30, 2),
    ]);
    expect(intents).toEqual([
      { do: "press", x: 100, y: 100 },
      { do: "unpress" },
      { do: "pinch", x: 200, y: 100, dx: 50, dy: 0, factor: 2 },
      { do: "pan", dx: 10, dy: 5 },
    ]);
    expect(state.mode).toBe("panning");
  });

  it("ends painting when a second finger comes", () => {
    const { intents, state } = play([
      down(10, 10, { touch: true, seat: true, all: true }),
      move(40, 10),
      down(90, 90, { touch: true, id: 2 }),
    ]);
    expect(did(intents)).toEqual(["press", "unpress", "paint", "painted"]);
    expect(state.mode).toBe("pinching");
  });

  it("has no factor for fingers that touch each other", () => {
    const { intents } = play([
      down(10, 10, { touch: true }),
      down(10, 10, { touch: true, id: 2 }),
      move(60, 10, 10, 2),
    ]);
    expect(intents).toEqual([{ do: "pinch", x: 35, y: 10, dx: 25, dy: 0, factor: 1 }]);
  });
});

describe("anything else", () => {
  it("takes back what was under way when the browser takes the pointer", () => {
    const pressed = play([down(10, 10, { touch: true, seat: true }), { type: "cancel", id: 1 }]);
    expect(did(pressed.intents)).toEqual(["press", "unpress"]);
    const painting = play([down(10, 10, { seat: true }), move(40, 10), { type: "cancel", id: 1 }]);
    expect(did(painting.intents)).toEqual(["paint", "painted"]);
    expect(painting.state.mode).toBe("idle");
  });

  it("hears only the fingers that it follows", () => {
    const { intents, state } = play([down(10, 10, { touch: true }), move(90, 90, 10, 7), up(90, 90, 20, 7)]);
    expect(intents).toEqual([]);
    expect(state.mode).toBe("pressed");
    expect(step(idle, move(1, 1))).toEqual([idle, []]);
    expect(step(idle, up(1, 1))).toEqual([idle, []]);
  });
});
