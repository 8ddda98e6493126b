import { describe, expect, it } from "vitest";
import { codeOf, type Hall } from "./model";
import { noticeOf, selectionOf, step, wishOf, type Rules, type Selection, type SelectionStep } from "./selection";
import { ids, indexes, planned } from "./testing";

function choosing(plan: string, { limit = 10, mine = [] as string[] } = {}) {
  const { hall, codes } = planned({ rows: [plan] });
  const rules: Rules = { hall, codes, mine: new Set(indexes(hall, ...mine)), requested: new Set(), limit };
  let selection: Selection = selectionOf();
  const act = (action: SelectionStep) => (selection = step(selection, action, rules));
  return {
    hall,
    rules,
    select: (...names: string[]) => act({ kind: "select", seats: indexes(hall, ...names), on: true }),
    unselect: (...names: string[]) => act({ kind: "select", seats: indexes(hall, ...names), on: false }),
    replace: (...names: string[]) => act({ kind: "replace", seats: indexes(hall, ...names) }),
    act,
    becomes: (name: string, status: "available" | "held" | "sold" | "blocked") => {
      for (const seat of indexes(hall, name)) rules.codes[seat] = codeOf(status);
      return act({ kind: "settle" });
    },
    chosen: () => ids(hall, selection.selected),
    notice: () => noticeOf(selection),
  };
}

const seat = (hall: Hall, name: string) => indexes(hall, name)[0];

describe("choosing", () => {
  it("keeps the order of choosing", () => {
    const it = choosing("aaaa");
    it.select("A3", "A1");
    it.select("A4");
    it.unselect("A1");
    it.select("A1", "A3");
    expect(it.chosen()).toEqual(["A3", "A4", "A1"]);
    expect(it.notice()).toBeUndefined();
  });

  it("leaves the state as it is when a step changes nothing", () => {
    const it = choosing("aaaa");
    const before = it.select("A1");
    expect(it.select("A1")).toBe(before);
    expect(it.unselect("A2")).toBe(before);
    expect(it.act({ kind: "settle" })).toBe(before);
    expect(it.act({ kind: "dismiss" })).toBe(before);
  });

  it("stops at the limit, and says so", () => {
    const it = choosing("aaaa", { limit: 2 });
    it.select("A1", "A2", "A3", "A4");
    expect(it.chosen()).toEqual(["A1", "A2"]);
    expect(it.notice()).toEqual({ kind: "limit", limit: 2 });
    it.unselect("A1");
    expect(it.notice()).toBeUndefined();
    it.select("A4");
    expect(it.chosen()).toEqual(["A2", "A4"]);
  });

  it("is not at the limit when a chosen seat is chosen again", () => {
    const it = choosing("aaaa", { limit: 2 });
    it.select("A1", "A2");
    it.select("A2");
    expect(it.notice()).toBeUndefined();
  });

  it.each([
    ["A1", "held"],
    ["A2", "sold"],
    ["A3", "blocked"],
    ["A4", "mine"],
  ])("refuses %s, which is %s, and takes the others", (name, why) => {
    const it = choosing("hsbaa", { mine: ["A4"] });
    it.select(name, "A5");
    expect(it.chosen()).toEqual(["A5"]);
    expect(it.notice()).toEqual({ kind: "refused", seat: seat(it.hall, name), why });
    it.act({ kind: "dismiss" });
    expect(it.notice()).toBeUndefined();
  });

  it("replaces everything, by the same rules", () => {
    const it = choosing("aaaah", { limit: 2 });
    it.select("A1");
    it.replace("A2", "A5", "A3", "A4");
    expect(it.chosen()).toEqual(["A2", "A3"]);
    expect(it.notice()).toEqual({ kind: "limit", limit: 2 });
  });

  it("clears seats and notices", () => {
    const it = choosing("aah");
    it.select("A1", "A3");
    it.act({ kind: "clear" });
    expect(it.chosen()).toEqual([]);
    expect(it.notice()).toBeUndefined();
  });
});

describe("beginning with a wish", () => {
  function wishing(plan: string, wish: string[], { limit = 10, mine = [] as string[] } = {}) {
    const { hall, codes } = planned({ rows: [plan] });
    const rules: Rules = { hall, codes, mine: new Set(indexes(hall, ...mine)), requested: new Set(), limit };
    const selection = wishOf(indexes(hall, ...wish), rules);
    return { hall, chosen: ids(hall, selection.selected), notice: noticeOf(selection) };
  }

  it("takes what is free, names what is gone, and leaves out what is one's own already", () => {
    const { hall, chosen, notice } = wishing("ahaha", ["A5", "A4", "A3", "A1"], { mine: ["A1"] });
    expect(chosen).toEqual(["A5", "A3"]);
    expect(notice).toEqual({ kind: "lost", seats: indexes(hall, "A4"), to: "held" });
  });

  it("knows the limit", () => {
    const { chosen, notice } = wishing("aaaa", ["A1", "A2", "A3"], { limit: 2 });
    expect(chosen).toEqual(["A1", "A2"]);
    expect(notice).toEqual({ kind: "limit", limit: 2 });
  });
});

describe("losing", () => {
  it.each(["held", "sold", "blocked"] as const)("gives up a seat that becomes %s, and names it", (to) => {
    const it = choosing("aaaa");
    it.select("A2", "A3");
    it.becomes("A3", to);
    expect(it.chosen()).toEqual(["A2"]);
    expect(it.notice()).toEqual({ kind: "lost", seats: indexes(it.hall, "A3"), to });
  });

  it("does not care for other seats", () => {
    const it = choosing("aaaa");
    const before = it.select("A2");
    expect(it.becomes("A3", "sold")).toBe(before);
  });

  it("keeps the seats of a request whose answer is awaited, and loses them when it is over", () => {
    const it = choosing("aaaa");
    it.select("A1", "A2");
    it.rules.requested = new Set(indexes(it.hall, "A1"));
    it.becomes("A1", "held");
    expect(it.chosen()).toEqual(["A1", "A2"]);
    it.unselect("A1");
    it.select("A1");
    expect(it.chosen()).toEqual(["A2", "A1"]);
    expect(it.notice()).toBeUndefined();
    it.rules.requested = new Set();
    it.act({ kind: "settle" });
    expect(it.chosen()).toEqual(["A2"]);
    expect(it.notice()).toMatchObject({ kind: "lost" });
  });

  it("lets a seat go without a word that has become the person's own", () => {
    const it = choosing("aaaa");
    it.select("A1", "A2");
    it.rules.mine = new Set(indexes(it.hall, "A1"));
    it.becomes("A1", "held");
    expect(it.chosen()).toEqual(["A2"]);
    expect(it.notice()).toBeUndefined();
  });

  it("takes back that a seat was lost when it turns out to be the person's own", () => {
    const it = choosing("aaaa");
    it.select("A1", "A2");
    it.becomes("A1", "held");
    it.becomes("A2", "held");
    it.rules.mine = new Set(indexes(it.hall, "A1"));
    it.act({ kind: "settle" });
    expect(it.notice()).toEqual({ kind: "lost", seats: indexes(it.hall, "A2"), to: "held" });
    it.rules.mine = new Set(indexes(it.hall, "A1", "A2"));
    it.act({ kind: "settle" });
    expect(it.notice()).toBeUndefined();
  });

  it("is over when the lost seat came back and is chosen again", () => {
    const it = choosing("aaaa");
    it.select("A1");
    it.becomes("A1", "held");
    it.becomes("A1", "available");
    it.select("A1");
    expect(it.notice()).toBeUndefined();
  });

  it("names all that were lost since the notice was last put away, and tells of takers first", () => {
    const it = choosing("aaaa");
    it.select("A1", "A2", "A3");
    it.becomes("A2", "blocked");
    it.becomes("A1", "held");
    expect(it.notice()).toEqual({ kind: "lost", seats: indexes(it.hall, "A2", "A1"), to: "held" });
    it.act({ kind: "dismiss" });
    expect(it.notice()).toBeUndefined();
    it.becomes("A3", "sold");
    expect(it.notice()).toEqual({ kind: "lost", seats: indexes(it.hall, "A3"), to: "sold" });
  });

  it("names a seat once that was lost twice", () => {
    const it = choosing("aa");
    it.select("A1");
    it.becomes("A1", "held");
    it.becomes("A1", "available");
    it.select("A1");
    it.becomes("A1", "sold");
    expect(it.notice()).toEqual({ kind: "lost", seats: indexes(it.hall, "A1"), to: "sold" });
  });

  it("keeps the news through later steps, and shows their answers first", () => {
    const it = choosing("aaha");
    it.select("A1", "A2");
    it.becomes("A2", "held");
    it.select("A3");
    expect(it.notice()).toMatchObject({ kind: "refused" });
    it.select("A4");
    expect(it.notice()).toMatchObject({ kind: "lost" });
    it.replace("A4");
    expect(it.notice()).toBeUndefined();
  });
});
