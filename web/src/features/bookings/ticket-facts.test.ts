import { describe, expect, it } from "vitest";
import { ticketRows } from "./ticket-facts";

const seat = (id: string, row: string, number: number) => ({
  id,
  row,
  number,
  category: "standard",
  price: { amount: "15.00", currency: "USD" },
});

describe("the seats on a ticket", () => {
  it("have their short names where rows have letters", () => {
    expect(ticketRows([seat("F7", "F", 7), seat("G8", "G", 8)])).toEqual([
      {
        where: "",
        seats: [
          { label: "F7", name: "Row F, seat 7" },
          { label: "G8", name: "Row G, seat 8" },
        ],
      },
    ]);
  });

  it("are found by block and row in a large house", () => {
    const rows = ticketRows([
      seat("104-12-7", "104-12", 7),
      seat("104-12-8", "104-12", 8),
      seat("105-1-1", "105-1", 1),
    ]);
    expect(rows.map((row) => [row.where, row.seats.map(({ label }) => label)])).toEqual([
      ["Block 104 · Row 12", ["7", "8"]],
      ["Block 105 · Row 1", ["1"]],
    ]);
    expect(rows[0]?.seats[0]?.name).toBe("Block 104, row 12, seat 7");
  });
});
