export default function BookingRoute() {
  return null;
}
