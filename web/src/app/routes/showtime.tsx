export default function ShowtimeRoute() {
  return null;
}
