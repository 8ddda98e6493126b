import { formatClock, formatDate, formatZone } from "@/lib/time";
import type { Code } from "./qr";
import { seatsOf, type TicketFacts, type TicketRow } from "./ticket-facts";

// Pixels. Wide enough to be sharp on any phone; one theme, the light one, since a picture has no other.
const width = 1080;
const margin = 72;
const inner = width - 2 * margin;
const family = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const ink = "#1d1a1f";
const muted = "#655d66";
const accent = "#b91c3b";

/** Draws the ticket as a picture (PNG). */
export async function ticketImage(facts: TicketFacts, code: Code): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  if (!brush) throw new Error("this browser does not draw pictures");
  canvas.width = width;
  // Once to see how high it becomes, once for good: a canvas forgets everything when its height is set.
  canvas.height = paint(brush, facts, code);
  paint(brush, facts, code);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))), "image/png"),
  );
}

/** Paints from top to bottom; returns how far it came. */
function paint(brush: CanvasRenderingContext2D, facts: TicketFacts, code: Code): number {
  brush.textBaseline = "alphabetic";
  brush.fillStyle = "#ffffff";
  brush.fillRect(0, 0, width, brush.canvas.height);

  const title = wrap(brush, facts.movie, `800 76px ${family}`);
  const band = 160 + title.length * 88;
  brush.fillStyle = accent;
  brush.fillRect(0, 0, width, band);
  write(brush, facts.venue, margin, 104, `600 36px ${family}`, "#ffffff");
  title.forEach((line, i) => write(brush, line, margin, 196 + i * 88, `800 76px ${family}`, "#ffffff"));

  let y = band + 88;
  const day = formatDate(facts.startsAt);
  brush.font = `800 50px ${family}`;
  const half = Math.max(margin + inner / 2, margin + brush.measureText(day).width + 48);
  write(brush, "Date", margin, y, `400 34px ${family}`, muted);
  write(brush, `Time · ${formatZone(facts.startsAt)}`, half, y, `400 34px ${family}`, muted);
  y += 60;
  write(brush, day, margin, y, `800 50px ${family}`, ink);
  write(brush, formatClock(facts.startsAt), half, y, `800 50px ${family}`, ink);
  y += 90;
  write(brush, "Auditorium", margin, y, `400 34px ${family}`, muted);
  for (const line of wrap(brush, facts.auditorium, `600 46px ${family}`)) {
    y += 58;
    write(brush, line, margin, y, `600 46px ${family}`, ink);
  }
  y += 90;
  write(brush, seatsOf(facts).length === 1 ? "Seat" : "Seats", margin, y, `400 34px ${family}`, muted);
  for (const row of facts.rows) {
    if (row.where !== "") write(brush, row.where, margin, (y += 58), `600 46px ${family}`, ink);
    y = tiles(brush, row, y + 24) + 20;
  }
  y += 70;
  write(brush, "Total", margin, y, `400 34px ${family}`, muted);
  write(brush, facts.total, margin, (y += 58), `600 46px ${family}`, ink);
  y += 60;

  brush.strokeStyle = "#8d8590";
  brush.lineWidth = 4;
  brush.setLineDash([18, 18]);
  brush.beginPath();
  brush.moveTo(margin, y);
  brush.lineTo(width - margin, y);
  brush.stroke();
  brush.setLineDash([]);
  y += 30;

  const module = Math.floor(560 / code.size);
  brush.save();
  brush.translate((width - module * code.size) / 2, y);
  brush.scale(module, module);
  brush.fillStyle = "#000000";
  brush.fill(new Path2D(code.path));
  brush.restore();
  y += module * code.size + 40;
  brush.textAlign = "center";
  write(brush, `Booking ${facts.reference}`, width / 2, y, `700 48px ${family}`, ink);
  brush.textAlign = "left";
  return y + 80;
}

/** Each seat in its frame, as many in a line as there is room for; returns where they end. */
function tiles(brush: CanvasRenderingContext2D, row: TicketRow, top: number): number {
  const high = 100;
  let x = margin;
  let y = top;
  brush.font = `800 58px ${family}`;
  for (const { label } of row.seats) {
    const wide = brush.measureText(label).width + 64;
    if (x > margin && x + wide > width - margin) {
      x = margin;
      y += high + 20;
    }
    brush.strokeStyle = "#8d8590";
    brush.lineWidth = 3;
    brush.beginPath();
    brush.roundRect(x, y, wide, high, 24);
    brush.stroke();
    write(brush, label, x + 32, y + 71, `800 58px ${family}`, ink);
    x += wide + 20;
  }
  return y + high;
}

function write(brush: CanvasRenderingContext2D, words: string, x: number, y: number, font: string, colour: string) {
  brush.font = font;
  brush.fillStyle = colour;
  brush.fillText(words, x, y);
}

/** Breaks words into lines that fit; a word that is too long for a line has one for itself. */
function wrap(brush: CanvasRenderingContext2D, words: string, font: string): string[] {
  brush.font = font;
  const lines: string[] = [];
  for (const word of words.split(/\s+/)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && brush.measureText(longer).width <= inner) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
