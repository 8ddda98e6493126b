import { CalendarPlus, ImageDown, Printer } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { Notice } from "@/components/notice";
import { calendarOf } from "./calendar";
import { download } from "./download";
import type { TicketFacts } from "./ticket-facts";

/** What can be done with a ticket. `bookedAt` is when it was booked, RFC 3339. */
export function TicketActions({ facts, bookedAt }: { facts: TicketFacts; bookedAt: string }) {
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState(false);

  const save = async () => {
    setSaving(true);
    setFailed(false);
    try {
      const { ticketImage } = await import("./ticket-image");
      download(`holdfast-${facts.reference}.png`, await ticketImage(facts));
    } catch {
      setFailed(true); // there is nothing to tell beyond that: no picture, and what to do instead
    } finally {
      setSaving(false);
    }
  };

  const tile = "flex-col gap-1 px-1 text-sm leading-tight md:flex-row md:gap-2 md:text-base";
  return (
    <div className="space-y-3 print:hidden">
      <div className="mx-auto grid max-w-md grid-cols-3 gap-2 md:max-w-3xl">
        <Button look="secondary" busy={saving} className={tile} onClick={() => void save()}>
          {!saving && <ImageDown aria-hidden className="size-5" />}
          Save as image
        </Button>
        <Button
          look="secondary"
          className={tile}
          onClick={() =>
            download(
              `holdfast-${facts.reference}.ics`,
              new Blob([calendarOf(facts, bookedAt)], { type: "text/calendar;charset=utf-8" }),
            )
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
      {failed && (
        <Notice tone="warn" urgent title="The picture could not be made">
          Take a screenshot instead, or print the ticket.
        </Notice>
      )}
    </div>
  );
}
