import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { keys } from "@/lib/api/queries";
import { renew } from "@/lib/use-ask-again";
import { nextAsk } from "./next-ask";
import { confirmPayment } from "./payment-calls";

/**
 * Has the box office ask the bank now and then how an open payment of the booking stands, and at once when
 * somebody comes back to the page, perhaps from the bank's own. What came of it the booking says.
 */
export function useAskBank(bookingId: string, paymentId: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!paymentId) return;
    let timer: ReturnType<typeof setTimeout>;
    let asked = 0;
    const arm = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), nextAsk(asked++));
    };
    const ask = async () => {
      if (!document.hidden) {
        // Whether it was declined, or nobody could be asked: the booking tells, or the next question.
        await confirmPayment(bookingId, paymentId).catch(() => undefined);
        void renew(queries, keys.booking(bookingId));
      }
      if (asked > 0) arm();
    };
    const back = () => {
      if (document.hidden) return;
      asked = 0;
      arm();
    };
    arm();
    document.addEventListener("visibilitychange", back);
    return () => {
      asked = -1; // what is under way arms no other
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [queries, bookingId, paymentId]);
}
