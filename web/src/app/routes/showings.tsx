export default function ShowingsRoute() {
  return null;
}
