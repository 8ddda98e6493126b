import { createElement, type ComponentProps } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import { ConnectionBadge } from "./connection-badge";
import { SelectionNotice } from "./notice-line";
import { summaryOf } from "./selection-status";
import { indexes, planned } from "./testing";

const { hall } = planned({ rows: ["aaaa"], category: () => "premium" });
const seats = (...ids: string[]) => indexes(hall, ...ids);

/** What a reader reads. */
const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

type Props = ComponentProps<typeof SelectionNotice>;
const said = (notice: Props["notice"], offer?: Props["offer"]) =>
  text(
    renderToStaticMarkup(
      createElement(SelectionNotice, { hall, notice, onDismiss: vi.fn(), ...(offer ? { offer } : {}) }),
    ),
  );

describe("a notice about the choice", () => {
  it("is not there without a reason", () => {
    expect(said(undefined)).toBe("");
  });

  it("explains the limit", () => {
    expect(said({ kind: "limit", limit: 10 })).toMatch(/^10 seats are the most .* Take a seat off/);
    expect(said({ kind: "limit", limit: 1 })).toMatch(/^One seat is the most/);
  });

  it.each([
    ["held", /Seat A2 is being booked/],
    ["sold", /Seat A2 is sold/],
    ["blocked", /Seat A2 is not for sale/],
    ["mine", /Seat A2 is yours already/],
  ] as const)("says of which seat, and why not: %s", (why, words) => {
    expect(said({ kind: "refused", seat: 1, why })).toMatch(words);
  });

  it("names what was lost", () => {
    expect(said({ kind: "lost", seats: seats("A2"), to: "held" })).toMatch(/^Seat A2 was just taken by someone else/);
    expect(said({ kind: "lost", seats: seats("A2", "A4"), to: "sold" })).toMatch(/^Seats A2 and A4 were just taken/);
    expect(said({ kind: "lost", seats: seats("A2"), to: "blocked" })).toMatch(/^Seat A2 is no longer for sale/);
  });

  it("offers others for lost ones only", () => {
    const offer = { seats: seats("A1", "A3"), onTake: vi.fn() };
    expect(said({ kind: "lost", seats: seats("A2"), to: "held" }, offer)).toContain("Take A1 and A3 instead");
    expect(said({ kind: "limit", limit: 2 }, offer)).not.toContain("instead");
    expect(said({ kind: "lost", seats: seats("A2"), to: "held" })).not.toContain("instead");
  });
});

describe("what is read out of a choice", () => {
  it("has the number, the names and the price", () => {
    expect(summaryOf(hall, new Set())).toBe("No seats chosen.");
    expect(summaryOf(hall, new Set(seats("A2")))).toMatch(/^1 seat chosen: A2, .*15.50 in all\.$/);
    expect(summaryOf(hall, new Set(seats("A1", "A2", "A3")))).toMatch(/^3 seats chosen: A1 to A3, .*46.50 in all\.$/);
  });
});

describe("the connection", () => {
  it.each([
    ["live", /Live/],
    ["connecting", /Connecting/],
    ["lost", /Reconnecting.*may be old/],
  ] as const)("is said in words: %s", (connection, words) => {
    const html = renderToStaticMarkup(createElement(ConnectionBadge, { connection }));
    expect(text(html)).toMatch(words);
    expect(html).toContain('role="status"');
  });
});
