import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Showtime = Schemas["Showtime"];
export type SeatMap = Schemas["SeatMap"];
export type Seat = Schemas["Seat"];
export type SeatStatus = Schemas["SeatStatus"];
export type SeatKind = Seat["kind"];
export type Category = Schemas["Category"];
export type Booking = Schemas["Booking"];
export type BookedSeat = Schemas["BookedSeat"];
export type BookingStatus = Schemas["BookingStatus"];
export type Payment = Schemas["Payment"];
export type HistoryItem = Schemas["HistoryItem"];
export type Money = Schemas["Money"];
export type Ticket = Schemas["Ticket"];
export type Guest = Schemas["Guest"];

/** A booking as this page knows it. */
export interface KnownBooking extends Booking {
  /**
   * When the hold ends, on this page's own clock (`performance.now()`, milliseconds), which goes on
   * steadily however wrong the clock of the device is. It errs towards too early, by the time that the
   * answer took.
   */
  deadline: number;
}
