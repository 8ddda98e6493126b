import type { Hall } from "../model";
import type { Box } from "./camera";
import type { GridIndex } from "./grid-index";
import { middleOf, type Row, type Rows } from "./rows";

/** A curve that is highest in the middle: at `x + d` it is at `y + sag * (d / half)²`. */
export interface Screen {
  kind: "screen";
  x: number;
  y: number;
  half: number;
  sag: number;
}

export interface Stage extends Box {
  kind: "stage";
}

export interface Label {
  x: number;
  y: number;
  text: string;
}

export interface RowLabel extends Label {
  /** Which side of the text is at x: the one that is nearer to the row. */
  align: "left" | "right" | "center";
  /** In an aisle: how wide that is, in seat widths. Where that is too little for a name none is painted. */
  room?: number;
}

/** What is in a hall beside its seats. */
export interface Room {
  front: Screen | Stage;
  rowLabels: readonly RowLabel[];
  blockLabels: readonly Label[];
  box: Box;
}

/** From the outer seats' middles to the edge of the picture. */
const MARGIN = { plain: 1.5, blocks: 1 };

export function roomOf(hall: Hall, rows: Rows, index: GridIndex): Room {
  const blocks = rows.sections.length > 0;
  const front = blocks ? stageOf(hall) : screenOf(hall);
  const { left, top, right, bottom } = hall.bounds;
  const margin = blocks ? MARGIN.blocks : MARGIN.plain;
  const empty = hall.seats.length === 0;
  return {
    front,
    rowLabels: rowLabelsOf(hall, rows, index),
    blockLabels: blockLabelsOf(hall, rows, index),
    box: empty
      ? { left: 0, top: 0, right: 1, bottom: 1 }
      : {
          left: left - margin,
          top: Math.min(top - 1, front.kind === "stage" ? front.top - 1 : front.y - 0.6),
          right: right + margin,
          bottom: bottom + 1,
        },
  };
}

/** Above the first row, as near to it as its own curve lets it come. */
function screenOf(hall: Hall): Screen {
  const { left, right, top } = hall.bounds;
  const x = (left + right) / 2;
  const half = Math.max(2, (right - left) * 0.38);
  const sag = half * 0.09;
  let y = Infinity;
  for (const seat of hall.seats) {
    const share = (seat.x - x) / half;
    if (Math.abs(seat.x - x) <= half + 0.5) y = Math.min(y, seat.y - sag * share * share);
  }
  return { kind: "screen", x, y: (Number.isFinite(y) ? y : top) - 2, half, sag };
}

/**
 * Before the seats that are in the middle and first, in the room that the blocks leave open there; above all
 * of them where they leave none.
 */
function stageOf(hall: Hall): Stage {
  const { left, right, top } = hall.bounds;
  const x = (left + right) / 2;
  const width = right - left;
  const height = Math.min(12, Math.max(3, width * 0.06));
  const near = Math.max(3, width * 0.06);
  let first = Infinity;
  for (const seat of hall.seats) if (Math.abs(seat.x - x) <= near) first = Math.min(first, seat.y);
  const within = openAround(hall, x, first - 2 - height, first - 2, width * 0.3);
  if (within >= Math.max(3, width * 0.06)) {
    return { kind: "stage", left: x - within, top: first - 2 - height, right: x + within, bottom: first - 2 };
  }
  const half = Math.max(2, width * 0.25);
  return { kind: "stage", left: x - half, top: top - 2 - height, right: x + half, bottom: top - 2 };
}

/** How far to either side of x there is no seat between two heights, with some room left, up to a bound. */
function openAround(hall: Hall, x: number, top: number, bottom: number, bound: number): number {
  let open = bound;
  for (const seat of hall.seats) {
    if (seat.y > top - 1.5 && seat.y < bottom + 1.5) open = Math.min(open, Math.abs(seat.x - x) - 2.5);
  }
  return open;
}

/** At both ends of every row, beside its seats, where no other seat is; in the aisles of bent rows, too. */
function rowLabelsOf(hall: Hall, { rows, sections }: Rows, index: GridIndex): RowLabel[] {
  const labels: RowLabel[] = [];
  // Long names would reach back over their rows: they are set outwards, and the short ones with them.
  const long = rows.some((row) => row.label.length > 1);
  const plain = sections.length === 0;
  for (const row of rows) {
    const { seats, label } = row;
    for (const [end, before] of [
      [seats[0], seats[1]],
      [seats.at(-1), seats.at(-2)],
    ]) {
      const seat = end === undefined ? undefined : hall.seats[end];
      if (!seat) continue;
      const other = before === undefined ? undefined : hall.seats[before];
      // A row of one seat has a direction too: across.
      let dx = other ? seat.x - other.x : -1;
      let dy = other ? seat.y - other.y : 0;
      // Before a screen a name is at the height of the end seat, though the row would go on upwards.
      if (plain && Math.abs(dx) >= Math.abs(dy)) dy = 0;
      const length = Math.hypot(dx, dy) || 1;
      dx /= length;
      dy /= length;
      if (index.nearest(seat.x + dx, seat.y + dy, 0.75) >= 0) continue;
      const align = !long || Math.abs(dx) < 0.6 ? "center" : dx < 0 ? "right" : "left";
      const away = align === "center" ? 1.02 : 0.72;
      addLabel(labels, { x: seat.x + dx * away, y: seat.y + dy * away, text: label, align });
    }
    if (plain) for (const label of aisleLabelsOf(hall, row)) labels.push(label);
  }
  return labels;
}

/** A row that differs in height by more than this, in seat widths, is hard to follow across an aisle. */
const BENT = 0.25;
/** Seats that are further apart than their neighbours by this have an aisle between them. */
const AISLE = 0.8;

function aisleLabelsOf(hall: Hall, { seats, label }: Row): RowLabel[] {
  const at = (i: number | undefined) => (i === undefined ? undefined : hall.seats[i]);
  let high = Infinity;
  let low = -Infinity;
  let pitch = Infinity;
  seats.forEach((i, place) => {
    const seat = at(i);
    const before = at(seats[place - 1]);
    if (!seat) return;
    high = Math.min(high, seat.y);
    low = Math.max(low, seat.y);
    if (before) pitch = Math.min(pitch, seat.x - before.x);
  });
  if (low - high < BENT) return [];
  const labels: RowLabel[] = [];
  seats.forEach((i, place) => {
    const seat = at(i);
    const before = at(seats[place - 1]);
    if (!seat || !before || seat.x - before.x < pitch + AISLE) return;
    const room = seat.x - before.x - 1;
    labels.push({ x: (seat.x + before.x) / 2, y: (seat.y + before.y) / 2, text: label, align: "center", room });
  });
  return labels;
}

/** Between two blocks there may be room for one name only: rows of the same name share it. */
function addLabel(labels: RowLabel[], label: RowLabel): void {
  const near = labels.find((other) => Math.hypot(other.x - label.x, other.y - label.y) < 0.95);
  if (!near) labels.push(label);
  else if (near.text === label.text) {
    near.x = (near.x + label.x) / 2;
    near.y = (near.y + label.y) / 2;
    near.align = "center";
  }
}

/** Before the first row of every block, in the direction from the second row to the first, where it is free. */
function blockLabelsOf(hall: Hall, { rows, sections }: Rows, index: GridIndex): Label[] {
  const labels: Label[] = [];
  for (const { name } of sections) {
    const [first, second] = rows.filter((row) => row.block === name).map((row) => middleOf(hall, row));
    if (!first) continue;
    const dx = second ? first.x - second.x : 0;
    const dy = second ? first.y - second.y : -1;
    const length = Math.hypot(dx, dy) || 1;
    const x = first.x + (dx / length) * 1.5;
    const y = first.y + (dy / length) * 1.5;
    if (index.nearest(x, y, 1) < 0) labels.push({ x, y, text: name });
  }
  return labels;
}
