import { useQuery } from "@tanstack/react-query";
import { seatsQuery } from "./api/queries";
import type { SeatMap } from "./api/types";

const namesOf = (map: SeatMap) => new Map(map.categories.map(({ id, name }) => [id, name]));

/**
 * What the house calls its price categories. The seat map knows; whoever comes from there has it already.
 * Until it is known the name is empty, and where it cannot be had it is made of the id.
 */
export function useCategoryNames(showtimeId: string): (category: string) => string {
  const { data, isError } = useQuery({ ...seatsQuery(showtimeId), select: namesOf });
  return (category) => data?.get(category) ?? (isError ? plain(category) : "");
}

function plain(id: string): string {
  const words = id.replace(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
