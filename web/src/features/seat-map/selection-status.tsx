import { useEffect, useRef, useState } from "react";
import { formatMoney, sum } from "@/lib/money";
import { countOf } from "@/lib/seats";
import type { Hall } from "./model";
import { namesOf, priceOf, seatsOf } from "./words";

/** Milliseconds without a change after which the choice is read out: a drag over ten seats is read once. */
const calm = 900;

/** Reads the choice out to screen readers when it has changed, by their own doing or by others'. */
export function SelectionStatus({ hall, selected }: { hall: Hall; selected: ReadonlySet<number> }) {
  const [text, setText] = useState("");
  const told = useRef(selected);
  useEffect(() => {
    if (told.current === selected) return undefined;
    const timer = setTimeout(() => {
      told.current = selected;
      setText(summaryOf(hall, selected));
    }, calm);
    return () => clearTimeout(timer);
  }, [hall, selected]);
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}

export function summaryOf(hall: Hall, selected: ReadonlySet<number>): string {
  const seats = seatsOf(hall, selected);
  if (seats.length === 0) return "No seats chosen.";
  const total = sum(seats.flatMap((seat) => priceOf(hall, seat) ?? []));
  const cost = total ? `, ${formatMoney(total)} in all` : "";
  return `${countOf(seats.length, "seat")} chosen: ${namesOf(seats)}${cost}.`;
}
