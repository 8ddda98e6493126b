import { formatMoney } from "@/lib/money";
import { seatName } from "@/lib/seats";
import { AVAILABLE, BLOCKED, HELD, SOLD, type Hall } from "../model";
import { LOOK_MINE, LOOK_SELECTED } from "./palette";

/** What is said of a seat, by what it looks like. */
const words: Record<number, string> = {
  [AVAILABLE]: "available",
  [HELD]: "held by someone else",
  [SOLD]: "sold",
  [BLOCKED]: "not for sale",
  [LOOK_MINE]: "yours",
  [LOOK_SELECTED]: "selected",
};

const kinds = { standard: "", wheelchair: "wheelchair place", companion: "companion seat" };

export const lookWord = (look: number): string => words[look] ?? "";

export interface SeatWords {
  name: string;
  kind: string;
  category: string;
  price: string;
}

export function seatWords(hall: Hall, index: number): SeatWords | undefined {
  const seat = hall.seats[index];
  if (!seat) return undefined;
  const category = hall.categories[seat.tier];
  return {
    name: seatName(seat),
    kind: kinds[seat.kind],
    category: category?.name ?? "",
    price: category ? formatMoney(category.price) : "",
  };
}

/** `Row F, seat 7, wheelchair place, Premium, $15.00, available` */
export function seatSentence(hall: Hall, index: number, look: number): string {
  const seat = seatWords(hall, index);
  if (!seat) return "";
  return [seat.name, seat.kind, seat.category, seat.price, lookWord(look)].filter((part) => part !== "").join(", ");
}
