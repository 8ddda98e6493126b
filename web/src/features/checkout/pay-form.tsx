import { FlaskConical, Lock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import type { KnownBooking } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { CardChoice } from "./card-choice";
import { testCards } from "./cards";
import { FailedNotice, SetbackNotice } from "./setback-notice";
import type { usePay } from "./use-pay";

interface PayFormProps {
  booking: KnownBooking;
  deadline: number;
  pay: ReturnType<typeof usePay>;
  className: string;
}

/** Pays with one of the test cards. */
export function PayForm({ booking, deadline, pay, className }: PayFormProps) {
  const [token, setToken] = useState(testCards[0].token);
  const busy = pay.isPending;
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) pay.mutate(token);
      }}
    >
      <section aria-labelledby="pay-with" className="space-y-4">
        <div>
          <h2 id="pay-with" className="text-xl font-bold">
            Pay with
          </h2>
          <p className="text-muted mt-1 flex items-start gap-2 text-sm">
            <FlaskConical aria-hidden className="mt-0.5 size-4 shrink-0" />
            This is a sandbox: the cards are not real, and no money moves.
          </p>
        </div>
        <Outcome pay={pay} deadline={deadline} />
        <CardChoice token={token} disabled={busy} onChange={setToken} />
      </section>
      <div className="bg-bg/95 border-line sticky bottom-0 z-10 -mx-4 border-t px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] backdrop-blur sm:static sm:mx-0 sm:border-0 sm:bg-transparent sm:p-0 sm:backdrop-blur-none">
        <Button type="submit" busy={busy} className="min-h-14 w-full text-lg">
          {!busy && <Lock aria-hidden className="size-5" />}
          {busy ? "Paying…" : `Pay ${formatMoney(booking.total)}`}
        </Button>
        <Patience busy={busy} />
      </div>
    </form>
  );
}

function Outcome({ pay, deadline }: Pick<PayFormProps, "pay" | "deadline">) {
  const place = useRef<HTMLDivElement>(null);
  const setback = pay.isPending ? undefined : pay.data;
  const error = pay.isPending ? null : pay.error;
  const shown = Boolean(setback ?? error);
  useEffect(() => {
    // Below the button that was tapped there may be no room for it to be seen.
    if (shown) place.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <div ref={place} className="scroll-mt-28 scroll-mb-32 empty:hidden">
      {setback && <SetbackNotice setback={setback} deadline={deadline} />}
      {error && <FailedNotice error={error} />}
    </div>
  );
}

/** After this long, in milliseconds, people wonder. */
const wonder = 3_000;

/** Says something when a payment takes long. */
function Patience({ busy }: { busy: boolean }) {
  return (
    <p role="status" className="text-muted min-h-6 pt-1.5 text-center text-sm">
      {busy && <AfterAWhile>Your bank is taking its time. You will not be charged twice.</AfterAWhile>}
    </p>
  );
}

function AfterAWhile({ children }: { children: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), wonder);
    return () => clearTimeout(timer);
  }, []);
  return late ? children : null;
}
