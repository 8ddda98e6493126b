import { seatsOf, type TicketFacts } from "./ticket-facts";

/** The most octets of a line (RFC 5545, 3.1), without its end. */
const lineOctets = 75;

/** The showing as an iCalendar file (RFC 5545). `stamp` is when it was booked, RFC 3339. */
export function calendarOf(facts: TicketFacts, stamp: string): string {
  const start = Date.parse(facts.startsAt);
  const seats = seatsOf(facts)
    .map((seat) => seat.name)
    .join("; ");
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Holdfast//Tickets//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${facts.id}@holdfast`,
    `DTSTAMP:${utc(Date.parse(stamp))}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(start + facts.runtimeMinutes * 60_000)}`,
    `SUMMARY:${text(facts.movie)}`,
    `LOCATION:${text(`${facts.auditorium}, ${facts.venue}`)}`,
    `DESCRIPTION:${text(`${seats}\nBooking ${facts.reference}\n${facts.address}`)}`,
    `URL:${facts.address}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}

/** `20261123T193000Z` */
function utc(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** Escapes what has a meaning in a value of type TEXT (RFC 5545, 3.3.11). */
export function text(value: string): string {
  return value.replace(/[\\;,]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");
}

/** Breaks a long line: each line after the first begins with a space, and no character is cut apart. */
export function fold(line: string): string {
  const encoder = new TextEncoder();
  let out = "";
  let used = 0;
  for (const character of line) {
    const octets = encoder.encode(character).length;
    if (used + octets > lineOctets) {
      out += "\r\n ";
      used = 1;
    }
    out += character;
    used += octets;
  }
  return out;
}
