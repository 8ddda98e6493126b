import { Showings } from "@/features/showings";
import { useTitle } from "@/lib/use-title";

export default function ShowingsRoute() {
  useTitle("");
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-6">
      <h1 className="mb-4 text-3xl font-extrabold tracking-tight">What’s on</h1>
      <Showings />
    </div>
  );
}
