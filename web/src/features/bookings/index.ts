export { BookingNotFound } from "./booking-not-found";
export { Cancelled } from "./cancelled";
export { History } from "./history";
export { MyBookings } from "./my-bookings";
export { Ticket } from "./ticket";
