import { Landmark, LoaderCircle } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button, buttonStyle } from "@/components/button";
import type { Payment } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { bankWords, pageOf, stageOf } from "./bank-words";
import type { usePay } from "./use-pay";

/** What the bank asks about an open payment, or that it is deciding. Whoever reads the page is taken here. */
export function BankPanel({ payment, pay }: { payment: Payment; pay: ReturnType<typeof usePay> }) {
  const section = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const stage = stageOf(payment);
  const { title, text } = bankWords(payment);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    section.current?.scrollIntoView({ block: "nearest" }); // all of it, with its buttons
  }, [stage, payment.id]);
  const Icon = stage === "waiting" ? LoaderCircle : Landmark;
  const answering = pay.isPending && "answer" in pay.variables ? pay.variables.answer : undefined;
  const answer = (word: string) => pay.mutate({ paymentId: payment.id, answer: word });
  return (
    <section
      ref={section}
      aria-labelledby="bank-title"
      className="bg-surface ring-accent flex scroll-mt-22 scroll-mb-4 gap-3 rounded-2xl p-4 ring-2 sm:p-5"
    >
      <Icon aria-hidden className={`text-accent mt-0.5 size-6 shrink-0 ${stage === "waiting" ? "animate-spin" : ""}`} />
      <div className="min-w-0 flex-1">
        <h2
          id="bank-title"
          ref={heading}
          tabIndex={-1}
          aria-describedby="bank-text"
          className="text-xl leading-tight font-bold text-balance outline-none"
        >
          {title}
        </h2>
        <p id="bank-text" className="text-muted mt-1">
          {text}
        </p>
        {stage === "challenge" && (
          <div className="mt-4 flex flex-wrap gap-2">
            <Button
              className="flex-1 whitespace-nowrap"
              busy={answering === "approve"}
              disabled={answering === "decline"}
              onClick={() => answer("approve")}
            >
              Approve {formatMoney(payment.amount)}
            </Button>
            <Button
              look="secondary"
              className="flex-1"
              busy={answering === "decline"}
              disabled={answering === "approve"}
              onClick={() => answer("decline")}
            >
              Decline
            </Button>
          </div>
        )}
        {stage === "redirect" && (
          <a href={pageOf(payment.action?.url)} className={buttonStyle("primary", "mt-4")}>
            Go to your bank
          </a>
        )}
        <Unsettled pay={pay} />
      </div>
    </section>
  );
}

/** Why the payment is open still, after something was done about it. */
function Unsettled({ pay }: { pay: ReturnType<typeof usePay> }) {
  if (pay.isPending || !pay.data) return null;
  const answered = "answer" in pay.variables;
  const words =
    pay.data.kind === "underway"
      ? "Your bank does not let go of this payment before it has decided, so no other card can pay now."
      : pay.data.kind === "lost" && answered
        ? "We do not know whether your answer arrived. You can give it again."
        : undefined;
  return (
    words && (
      <p role="alert" className="text-warn mt-3 font-semibold">
        {words}
      </p>
    )
  );
}
