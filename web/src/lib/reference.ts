/** The short name of a booking that people tell each other: the end of its id. */
export const reference = (bookingId: string) => bookingId.slice(-8).toUpperCase();
