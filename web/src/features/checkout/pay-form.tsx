import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { FlaskConical, Lock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { Notice } from "@/components/notice";
import { paymentMethodsQuery } from "@/lib/api/queries";
import type { KnownBooking } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { openPayment } from "@/lib/open-payment";
import { useLastError } from "@/lib/use-last-error";
import { BankPanel } from "./bank-panel";
import { CardChoice } from "./card-choice";
import { testCards } from "./cards";
import { EarlierNotice } from "./earlier-notice";
import { isOpen } from "./payment";
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

/** Pays with one of the test cards, and shows what the bank has to say. */
export function PayForm({ booking, deadline, pay, className }: PayFormProps) {
  const methods = useQuery(paymentMethodsQuery);
  const noMethods = useLastError(methods);
  const [token, setToken] = useState(() => recall(booking.id).token ?? testCards[0].token);
  const heading = useRef<HTMLHeadingElement>(null);
  const busy = pay.isPending;
  const open = openPayment(booking);
  useForget(pay, open?.id);
  // What this page was told itself is the news, as long as it was told anything.
  const earlier = useEarlierAttempt(booking, !open && (pay.isIdle || (pay.isSuccess && !pay.data)));
  const choose = (chosen: string) => {
    setToken(chosen);
    remember(booking.id, { token: chosen });
  };
  const setBack = !busy && !open && Boolean(pay.data ?? pay.error ?? earlier);
  useEffect(() => {
    if (!setBack) return;
    // What came of the payment stands above the cards: on a phone that may be out of sight. The focus goes
    // there when it was on what the bank asked.
    heading.current?.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [setBack]);
  return (
    <form
      className={className}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) pay.mutate({ token });
      }}
    >
      <section aria-labelledby="pay-with" className="space-y-4">
        {open && <BankPanel payment={open} pay={pay} />}
        <div>
          <h2
            id="pay-with"
            ref={heading}
            tabIndex={-1}
            className="scroll-mt-22 scroll-mb-64 text-xl font-bold outline-none"
          >
            {open ? "Or pay with another card" : "Pay with"}
          </h2>
          {methods.data?.includes(sandbox) && (
            <p className="text-muted mt-1 flex items-start gap-2 text-sm">
              <FlaskConical aria-hidden className="mt-0.5 size-4 shrink-0" />
              This is a sandbox: the cards are not real, and no money moves.
            </p>
          )}
        </div>
        {earlier && <EarlierNotice attempt={earlier} />}
        {!open && <Outcome pay={pay} deadline={deadline} />}
        {methods.data?.includes(sandbox) ? (
          <CardChoice token={token} disabled={busy} onChange={choose} />
        ) : methods.data ? (
          <Notice title="You cannot pay on this page">
            That needs the payment provider’s own page or script, which is not here. Your seats stay held until the time
            is over.
          </Notice>
        ) : noMethods ? (
          <Failure error={noMethods} retry={() => void methods.refetch()} busy={methods.isFetching} />
        ) : (
          <Loading what="Looking up how you can pay…" />
        )}
      </section>
      {methods.data?.includes(sandbox) && (
        <div
          className={clsx(
            "bg-bg border-line bottom-0 z-10 -mx-4 border-t px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:static sm:mx-0 sm:border-0 sm:p-0",
            !open && "sticky", // it would hide the bank's question on a phone
          )}
        >
          <Patience busy={busy} />
          <Button type="submit" look={open ? "secondary" : "primary"} busy={busy} className="min-h-14 w-full text-lg">
            {!busy && <Lock aria-hidden className="size-5" />}
            {busy ? "Asking your bank…" : `Pay ${open ? "with this card instead" : formatMoney(booking.total)}`}
          </Button>
        </div>
      )}
    </form>
  );
}

/** The one method that this page can pay with by itself. */
const sandbox = "sandbox";

/** What was not known of a payment is old news when that payment is decided. */
function useForget({ data, reset }: ReturnType<typeof usePay>, openId: string | undefined) {
  const last = useRef(openId);
  useEffect(() => {
    if (last.current && !openId && isOpen(data)) reset();
    last.current = openId;
  }, [data, reset, openId]);
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
