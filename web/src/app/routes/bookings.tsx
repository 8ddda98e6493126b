export default function BookingsRoute() {
  return null;
}
