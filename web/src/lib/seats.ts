interface Named {
  id: string;
  row: string;
  number: number;
}

/** `Row F, seat 7`, or `Block 104, row 12, seat 7` where rows are named so. */
export function seatName(seat: Named): string {
  const { block, row } = splitRow(seat.row);
  return block === "" ? `Row ${row}, seat ${seat.number}` : `Block ${block}, row ${row}, seat ${seat.number}`;
}

/** `F7`, or `104 · 12 · 7` of block, row and seat: short, for lists. It is for people; addresses have the id. */
export function seatLabel(seat: Named): string {
  const { block, row } = splitRow(seat.row);
  return block === "" ? seat.id : [block, row, seat.number].join(nbsp + "·" + nbsp);
}

/** What keeps a label in one line. */
const nbsp = "\u00a0";

/** A row named `104-12` is row 12 of block 104; one named `F` is of no block. */
export function splitRow(row: string): { block: string; row: string } {
  const dash = row.lastIndexOf("-");
  return dash <= 0 ? { block: "", row } : { block: row.slice(0, dash), row: row.slice(dash + 1) };
}

/** `A1, A2 and A3` */
export function listOf(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1] ?? ""}`;
}

/** The names of seats, or only how many they are where the names would take more than `most` characters. */
export function namesOrCount(names: readonly string[], most: number): string {
  const all = listOf(names);
  return all.length > most ? countOf(names.length, "seat") : all;
}

/** `1 seat`, `3 seats` */
export const countOf = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
