import type { Booking, Payment } from "./api/types";

/** The payment that nobody has decided yet: its money may still come, or not. */
export const openPayment = ({ payment }: Pick<Booking, "payment">): Payment | undefined =>
  payment?.status === "open" ? payment : undefined;
