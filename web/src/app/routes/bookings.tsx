import { MyBookings } from "@/features/bookings";

export default function BookingsRoute() {
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-8">
      <MyBookings />
    </div>
  );
}
