import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { ids, indexes, planned } from "./testing";
import { useSelection, type SelectionControl } from "./use-selection";

/** What a first render leads to. */
function render(initial: string[], mine: string[] = []) {
  const { hall, codes } = planned({ rows: ["ahsa"] });
  const results: SelectionControl[] = [];
  const Probe = () => {
    results.push(
      useSelection({
        hall,
        states: { version: 1, codes },
        mine: new Set(indexes(hall, ...mine)),
        requested: new Set(),
        limit: 10,
        initial: indexes(hall, ...initial),
      }),
    );
    return null;
  };
  renderToStaticMarkup(createElement(Probe));
  const last = results.at(-1);
  if (!last) throw new Error("nothing was rendered");
  return { hall, last };
}

it("starts with the seats that it is given", () => {
  const { hall, last } = render(["A4", "A1"]);
  expect(ids(hall, last.selected)).toEqual(["A4", "A1"]);
  expect(last.notice).toBeUndefined();
});

it("never shows a seat as chosen that somebody else has, from the first render on", () => {
  const { hall, last } = render(["A1", "A2", "A3"], ["A3"]);
  expect(ids(hall, last.selected)).toEqual(["A1"]);
  expect(last.notice).toEqual({ kind: "lost", seats: indexes(hall, "A2"), to: "held" });
});
