import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CalendarPlus, FileDown, ImageDown, Printer } from "lucide-react";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { isProblem, sentence } from "@/lib/api/problem";
import { ticketQuery, ticketSheet } from "@/lib/api/queries";
import { calendarOf } from "./calendar";
import { download } from "./download";
import { codeOf } from "./qr";
import type { TicketFacts } from "./ticket-facts";

/** What can be done with a ticket. `bookedAt` is when it was booked, RFC 3339. */
export function TicketActions({ facts, bookedAt }: { facts: TicketFacts; bookedAt: string }) {
  const queries = useQueryClient();
  const name = `holdfast-${facts.reference}`;
  const image = useMutation({
    mutationFn: async () => {
      const code = codeOf(await queries.query(ticketQuery(facts.id)));
      const { ticketImage } = await import("./ticket-image");
      download(`${name}.png`, await ticketImage(facts, code));
    },
  });
  const sheet = useMutation({ mutationFn: async () => download(`${name}.pdf`, await ticketSheet(facts.id)) });

  const tile = "flex-col gap-1 px-1 text-sm leading-tight md:flex-row md:gap-2";
  return (
    <div className="mx-auto max-w-md space-y-3 md:max-w-3xl print:hidden">
      <div className="grid grid-cols-2 gap-2 md:grid-cols-4">
        <Button look="secondary" busy={image.isPending} className={tile} onClick={() => image.mutate()}>
          {!image.isPending && <ImageDown aria-hidden className="size-5" />}
          Save as image
        </Button>
        <Button look="secondary" busy={sheet.isPending} className={tile} onClick={() => sheet.mutate()}>
          {!sheet.isPending && <FileDown aria-hidden className="size-5" />}
          Ticket as PDF
        </Button>
        <Button
          look="secondary"
          className={tile}
          onClick={() =>
            download(`${name}.ics`, new Blob([calendarOf(facts, bookedAt)], { type: "text/calendar;charset=utf-8" }))
          }
        >
          <CalendarPlus aria-hidden className="size-5" />
          Add to calendar
        </Button>
        <Button look="secondary" className={tile} onClick={() => window.print()}>
          <Printer aria-hidden className="size-5" />
          Print
        </Button>
      </div>
      {image.isError && (
        <Notice tone="warn" urgent title="The picture could not be made">
          {isProblem(image.error) ? sentence(image.error) : "Take a screenshot instead, or print the ticket."}
        </Notice>
      )}
      {sheet.isError && (
        <Notice tone="warn" urgent title="The PDF could not be loaded">
          {sentence(sheet.error)}
        </Notice>
      )}
    </div>
  );
}
