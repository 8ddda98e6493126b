import { FlaskConical, Lock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import type { KnownBooking } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { CardChoice } from "./card-choice";
import { testCards } from "./cards";
import { EarlierNotice } from "./earlier-notice";
import { FailedNotice, SetbackNotice } from "./setback-notice";
import { recall, remember } from "./till-memory";
import { useEarlierAttempt } from "./use-earlier-attempt";
import type { usePay } from "./use-pay";

interface PayFormProps {
  booking: KnownBooking;
  deadline: number;
  pay: ReturnType<typeof usePay>;
  className: string;
}

/** Pays with one of the test cards. */
export function PayForm({ booking, deadline, pay, className }: PayFormProps) {
  const [token, setToken] = useState(() => recall(booking.id).token ?? testCards[0].token);
  const section = useRef<HTMLElement>(null);
  const busy = pay.isPending;
  const earlier = useEarlierAttempt(booking, pay.isIdle);
  const choose = (chosen: string) => {
    setToken(chosen);
    remember(booking.id, { token: chosen });
  };
  const setBack = !busy && Boolean(pay.data ?? pay.error ?? earlier);
  useEffect(() => {
    // What came of the payment stands above the cards: on a phone that may be out of sight.
    if (setBack) section.current?.scrollIntoView({ block: "nearest" });
  }, [setBack]);
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) pay.mutate(token);
      }}
    >
      <section ref={section} aria-labelledby="pay-with" className="scroll-mt-22 scroll-mb-26 space-y-4">
        <div>
          <h2 id="pay-with" className="text-xl font-bold">
            Pay with
          </h2>
          <p className="text-muted mt-1 flex items-start gap-2 text-sm">
            <FlaskConical aria-hidden className="mt-0.5 size-4 shrink-0" />
            This is a sandbox: the cards are not real, and no money moves.
          </p>
        </div>
        {earlier && <EarlierNotice attempt={earlier} />}
        <Outcome pay={pay} deadline={deadline} />
        <CardChoice token={token} disabled={busy} onChange={choose} />
      </section>
      <div className="bg-bg border-line sticky bottom-0 z-10 -mx-4 border-t px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:static sm:mx-0 sm:border-0 sm:p-0">
        <Patience busy={busy} />
        <Button type="submit" busy={busy} className="min-h-14 w-full text-lg">
          {!busy && <Lock aria-hidden className="size-5" />}
          {busy ? "Paying…" : `Pay ${formatMoney(booking.total)}`}
        </Button>
      </div>
    </form>
  );
}

function Outcome({ pay, deadline }: Pick<PayFormProps, "pay" | "deadline">) {
  if (pay.isPending) return null;
  if (pay.error) return <FailedNotice error={pay.error} />;
  return pay.data ? <SetbackNotice setback={pay.data} deadline={deadline} /> : null;
}

/** After this long, in milliseconds, people wonder. */
const wonder = 3_000;

/** Says something when a payment takes long. */
function Patience({ busy }: { busy: boolean }) {
  return (
    <p role="status" className="text-muted text-center text-sm not-empty:pb-2.5">
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
