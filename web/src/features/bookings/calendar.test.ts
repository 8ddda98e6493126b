import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarOf, fold, text } from "./calendar";
import type { TicketFacts } from "./ticket-facts";

const facts: TicketFacts = {
  id: "0198c0de-0000-7000-8000-00000badcafe",
  reference: "0BADCAFE",
  movie: "Rain, Snow; and a \\ Backslash",
  startsAt: "2026-11-23T23:30:00Z",
  runtimeMinutes: 141,
  venue: "Lumen Multiplex",
  auditorium: "Screen 3 · Palace",
  rows: [
    {
      where: "",
      seats: [
        { label: "F7", name: "Row F, seat 7" },
        { label: "F8", name: "Row F, seat 8" },
      ],
    },
  ],
  total: "$30.00",
  address: "https://holdfast.example/bookings/0198c0de-0000-7000-8000-00000badcafe",
};

const unfold = (file: string) => file.replace(/\r\n[ \t]/g, "");
const octets = (line: string) => new TextEncoder().encode(line).length;

describe("the calendar file of a ticket", () => {
  const file = calendarOf(facts, "2026-11-22T21:40:05.123Z");
  const lines = unfold(file).trimEnd().split("\r\n");

  it("ends every line with CRLF and has no other line break", () => {
    expect(file.endsWith("\r\n")).toBe(true);
    expect(file.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("has no line of more than 75 octets", () => {
    for (const line of file.split("\r\n")) expect(octets(line)).toBeLessThanOrEqual(75);
  });

  it("says when in UTC, past midnight too", () => {
    expect(lines).toContain("DTSTART:20261123T233000Z");
    expect(lines).toContain("DTEND:20261124T015100Z");
    expect(lines).toContain("DTSTAMP:20261122T214005Z");
  });

  it("escapes what has a meaning", () => {
    expect(lines).toContain("SUMMARY:Rain\\, Snow\\; and a \\\\ Backslash");
    expect(lines).toContain("LOCATION:Screen 3 · Palace\\, Lumen Multiplex");
    expect(lines).toContain(`DESCRIPTION:Row F\\, seat 7\\; Row F\\, seat 8\\nBooking 0BADCAFE\\n${facts.address}`);
  });

  it("is one event in one calendar, named after the booking", () => {
    expect(lines.at(0)).toBe("BEGIN:VCALENDAR");
    expect(lines.at(-1)).toBe("END:VCALENDAR");
    expect(lines.filter((line) => line === "BEGIN:VEVENT")).toHaveLength(1);
    expect(lines).toContain(`UID:${facts.id}@holdfast`);
  });
});

describe("folding", () => {
  it("loses nothing, cuts no character apart and keeps to 75 octets", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (value) => {
        const line = `SUMMARY:${text(value)}`;
        const folded = fold(line);
        expect(folded.replaceAll("\r\n ", "")).toBe(line);
        for (const part of folded.split("\r\n")) expect(octets(part)).toBeLessThanOrEqual(75);
      }),
    );
  });
  it("leaves a line of exactly 75 octets alone", () => {
    expect(fold("x".repeat(75))).toBe("x".repeat(75));
    expect(fold("x".repeat(76))).toBe(`${"x".repeat(75)}\r\n x`);
  });
});
