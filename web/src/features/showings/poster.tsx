import clsx from "clsx";

/** Two colours of a movie, the same every time; white text is readable on both. */
function colours(id: string): [string, string] {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  const hue = hash % 360;
  return [`hsl(${hue} 55% 26%)`, `hsl(${(hue + 60) % 360} 60% 16%)`];
}

/** What stands in for a poster: the movie's own colours and letters. */
export function Poster({ id, title, className }: { id: string; title: string; className?: string }) {
  const [from, to] = colours(id);
  const letters = title
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .split(" ")
    .filter((word) => !/^(the|a|an|of|at|in)$/i.test(word))
    .map((word) => word.charAt(0))
    .join("")
    .slice(0, 3);
  return (
    <div
      aria-hidden
      className={clsx("relative flex items-end overflow-hidden rounded-xl p-2 font-black text-white", className)}
      style={{ background: `linear-gradient(150deg, ${from}, ${to})` }}
    >
      <div className="absolute -top-1/4 -right-1/3 size-full rounded-full bg-white/10" />
      <div className="absolute top-1/3 -left-1/2 size-full rounded-full bg-black/15" />
      <span className="relative text-2xl tracking-tighter sm:text-4xl">{letters}</span>
    </div>
  );
}
