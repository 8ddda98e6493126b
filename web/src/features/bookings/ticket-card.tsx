import { useQuery } from "@tanstack/react-query";
import { Armchair } from "lucide-react";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { ticketQuery } from "@/lib/api/queries";
import { formatClock, formatDate, formatZone } from "@/lib/time";
import { useLastError } from "@/lib/use-last-error";
import { codeOf } from "./qr";
import { QrCode } from "./qr-code";
import { seatsOf, type TicketFacts, type TicketRow } from "./ticket-facts";
import "./ticket.css";

/**
 * The ticket itself, as it would be on paper; it is also what is printed. On a phone the code is in the first
 * screen: that is what is shown at the door.
 */
export function TicketCard({ facts }: { facts: TicketFacts }) {
  return (
    <article
      aria-label={`Ticket for ${facts.movie}`}
      className="ticket bg-surface ring-line relative mx-auto grid max-w-md overflow-hidden rounded-3xl shadow-xl ring-1 md:max-w-3xl md:grid-cols-[minmax(0,1fr)_auto] md:grid-rows-[auto_1fr] print:max-w-none print:break-inside-avoid print:shadow-none"
    >
      <header className="bg-accent text-accent-ink relative p-5 pb-7 md:p-6 md:pb-8">
        <p className="flex items-center gap-2 text-sm font-semibold tracking-wide">
          <Armchair aria-hidden className="size-4 shrink-0" />
          {facts.venue}
        </p>
        <h2 className="mt-1 text-2xl leading-tight font-extrabold tracking-tight text-balance md:mt-2 md:text-3xl">
          {facts.movie}
        </h2>
        <p className="mt-1.5 text-lg leading-snug font-bold md:text-xl">
          <time dateTime={facts.startsAt} className="flex flex-wrap gap-x-3">
            <span>{formatDate(facts.startsAt)}</span>
            <span>
              {formatClock(facts.startsAt)} {formatZone(facts.startsAt)}
            </span>
          </time>
        </p>
        <span aria-hidden className="ticket-film absolute inset-x-0 bottom-1.5 h-2" />
      </header>
      <div className="relative md:col-start-2 md:row-span-2 md:row-start-1">
        <div className="flex h-full flex-col items-center justify-center gap-2 p-5 md:w-72 md:gap-3 md:p-6">
          <SignedCode facts={facts} />
          <p className="text-center leading-tight">
            <span className="text-muted block text-sm">Booking</span>
            <span className="font-mono text-xl font-bold tracking-widest">{facts.reference}</span>
          </p>
        </div>
        <Tear />
      </div>
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-5 p-5 md:p-6">
        <Fact name="Auditorium">{facts.auditorium}</Fact>
        <Fact name="Total">{facts.total}</Fact>
        <div className="col-span-2">
          <dt className="text-muted text-sm">{seatsOf(facts).length === 1 ? "Seat" : "Seats"}</dt>
          <dd className="space-y-3">
            {facts.rows.map((row) => (
              <Row key={row.where} row={row} />
            ))}
          </dd>
        </div>
      </dl>
    </article>
  );
}

/** What is scanned at the door. Whatever becomes of it, the reference stands below. */
function SignedCode({ facts }: { facts: TicketFacts }) {
  const query = useQuery({ ...ticketQuery(facts.id), select: codeOf });
  const error = useLastError(query);
  return (
    <div className="flex aspect-square w-full max-w-72 items-center justify-center">
      {query.data ? (
        <QrCode code={query.data} label={`QR code of booking ${facts.reference}`} />
      ) : error ? (
        <Failure
          error={error}
          retry={() => void query.refetch()}
          busy={query.isFetching}
          title="The code could not be loaded"
        />
      ) : (
        <Loading what="Loading the code…" />
      )}
    </div>
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

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="text-lg font-semibold">{children}</dd>
    </div>
  );
}

/** Where the stub is torn off: a dashed line between two notches. */
function Tear() {
  const notch = "bg-bg ring-line absolute size-6 rounded-full ring-1 print:hidden";
  return (
    <div aria-hidden>
      <span className={`${notch} -bottom-3 -left-3`} />
      <span className={`${notch} -right-3 -bottom-3 md:-top-3 md:right-auto md:bottom-auto md:-left-3`} />
      <span className="border-line absolute inset-x-5 bottom-0 border-b-2 border-dashed md:inset-x-auto md:inset-y-5 md:left-0 md:border-b-0 md:border-l-2" />
    </div>
  );
}
