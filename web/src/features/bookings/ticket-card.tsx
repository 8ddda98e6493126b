import { Armchair } from "lucide-react";
import type { ReactNode } from "react";
import { formatClock, formatDay, formatZone } from "@/lib/time";
import { QrCode } from "./qr-code";
import { seatsOf, type TicketFacts, type TicketRow } from "./ticket-facts";
import "./ticket.css";

/** The ticket itself, as it would be on paper; it is also what is printed. */
export function TicketCard({ facts }: { facts: TicketFacts }) {
  return (
    <article
      aria-label={`Ticket for ${facts.movie}`}
      className="ticket bg-surface ring-line relative mx-auto max-w-md overflow-hidden rounded-3xl shadow-xl ring-1 md:flex md:max-w-3xl print:max-w-none print:break-inside-avoid print:shadow-none"
    >
      <div className="min-w-0 flex-1">
        <header className="bg-accent text-accent-ink relative p-6 pb-7">
          <p className="flex items-center gap-2 text-sm font-semibold tracking-wide">
            <Armchair aria-hidden className="size-4" />
            {facts.venue}
          </p>
          <h2 className="mt-2 text-3xl leading-tight font-extrabold tracking-tight text-balance">{facts.movie}</h2>
          <span aria-hidden className="ticket-film absolute inset-x-0 bottom-1.5 h-2" />
        </header>
        <div className="space-y-5 p-6">
          <dl className="flex flex-wrap gap-x-6 gap-y-4 sm:gap-x-10">
            <Fact name="Date">
              <time dateTime={facts.startsAt}>{formatDay(facts.startsAt)}</time>
            </Fact>
            <Fact name="Time">
              {formatClock(facts.startsAt)}{" "}
              <span className="text-muted text-base font-semibold">{formatZone(facts.startsAt)}</span>
            </Fact>
          </dl>
          <dl className="grid gap-5">
            <Fact name="Auditorium" small>
              {facts.auditorium}
            </Fact>
            <div>
              <dt className="text-muted text-sm">{seatsOf(facts).length === 1 ? "Seat" : "Seats"}</dt>
              <dd className="space-y-3">
                {facts.rows.map((row) => (
                  <Row key={row.where} row={row} />
                ))}
              </dd>
            </div>
          </dl>
        </div>
      </div>
      <div className="relative">
        <Tear />
        <div className="flex h-full flex-col items-center justify-center gap-3 p-6 md:w-64">
          <QrCode
            content={facts.address}
            label={`QR code of booking ${facts.reference}`}
            className="w-full max-w-52 rounded-xl"
          />
          <p className="text-center leading-tight">
            <span className="text-muted block text-sm">Booking</span>
            <span className="font-mono text-xl font-bold tracking-widest">{facts.reference}</span>
          </p>
        </div>
      </div>
    </article>
  );
}

function Row({ row }: { row: TicketRow }) {
  return (
    <div>
      {row.where !== "" && <p className="text-lg font-semibold">{row.where}</p>}
      <ul className="mt-1 flex flex-wrap gap-2">
        {row.seats.map((seat) => (
          <li key={seat.name} className="border-edge rounded-xl border px-3.5 py-1.5 text-2xl font-extrabold">
            <span aria-hidden>{seat.label}</span>
            <span className="sr-only">{seat.name}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Fact({ name, small = false, children }: { name: string; small?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className={small ? "text-lg font-semibold" : "text-[1.375rem] font-extrabold whitespace-nowrap sm:text-2xl"}>
        {children}
      </dd>
    </div>
  );
}

/** Where the stub is torn off: a dashed line between two notches. */
function Tear() {
  const notch = "bg-bg ring-line absolute size-6 rounded-full ring-1 print:hidden";
  return (
    <div aria-hidden>
      <span className={`${notch} -top-3 -left-3`} />
      <span className={`${notch} -top-3 -right-3 md:top-auto md:right-auto md:-bottom-3 md:-left-3`} />
      <span className="border-line absolute inset-x-5 top-0 border-t-2 border-dashed md:inset-x-auto md:inset-y-5 md:left-0 md:border-t-0 md:border-l-2" />
    </div>
  );
}
