export { Showings } from "./showings";
