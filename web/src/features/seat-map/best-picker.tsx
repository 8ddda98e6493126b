import clsx from "clsx";
import { ChevronDown, Minus, Plus, Sparkles } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { Button } from "@/components/button";
import type { Category } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { countOf } from "@/lib/seats";

interface BestPickerProps {
  /** The largest party. */
  max: number;
  categories: readonly Category[];
  /** Chooses the seats; false if there are none such. `category` is an id. */
  onPick: (n: number, category?: string) => boolean;
}

/** Finds the best seats for a party, for those who would rather not look for them. */
export function BestPicker({ max, categories, onPick }: BestPickerProps) {
  const most = Math.max(1, max);
  const [party, setParty] = useState(Math.min(2, most));
  const [category, setCategory] = useState("");
  const [missing, setMissing] = useState<string>();
  const label = useId();
  const n = Math.min(party, most);
  const what = n === 1 ? "1 seat" : `${n} seats together`;

  const change = (by: number) => {
    setMissing(undefined);
    setParty(Math.min(most, Math.max(1, n + by)));
  };

  return (
    <form
      aria-labelledby={label}
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        const found = category === "" ? onPick(n) : onPick(n, category);
        setMissing(found ? undefined : regret(n, category !== ""));
      }}
    >
      <h2 id={label} className="text-sm font-semibold">
        Let us find your seats
      </h2>
      <div className="flex flex-wrap gap-2">
        <div
          role="group"
          aria-label="How many seats"
          className="bg-surface ring-edge flex items-center rounded-xl ring-1 ring-inset"
        >
          <Step label="One seat less" off={n <= 1} onClick={() => change(-1)}>
            <Minus aria-hidden className="size-5" />
          </Step>
          <output aria-label="Party" className="min-w-16 text-center font-semibold">
            {countOf(n, "seat")}
          </output>
          <Step label="One seat more" off={n >= most} onClick={() => change(1)}>
            <Plus aria-hidden className="size-5" />
          </Step>
        </div>
        {categories.length > 1 && (
          <div className="relative min-w-40 flex-1">
            <select
              aria-label="Price category"
              value={category}
              className="bg-surface ring-edge min-h-11 w-full appearance-none truncate rounded-xl pr-9 pl-3 ring-1 ring-inset"
              onChange={(event) => {
                setMissing(undefined);
                setCategory(event.target.value);
              }}
            >
              <option value="">Any price</option>
              {categories.map(({ id, name, price }) => (
                <option key={id} value={id}>
                  {name}, {formatMoney(price)}
                </option>
              ))}
            </select>
            <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-3 size-5" />
          </div>
        )}
      </div>
      <Button type="submit" look="secondary" className="w-full">
        <Sparkles aria-hidden className="text-accent size-5" />
        Find {what}
      </Button>
      <p role="status" className={clsx("text-muted text-sm", !missing && "sr-only")}>
        {missing}
      </p>
    </form>
  );
}

function regret(n: number, atThisPrice: boolean): string {
  const price = atThisPrice ? " at this price" : "";
  if (n === 1) return `There is no free seat${price}.${atThisPrice ? " Try another one." : ""}`;
  return `There are no ${n} free seats side by side${price}. Try fewer${atThisPrice ? ", or another price" : ""}.`;
}

function Step(props: { label: string; off: boolean; onClick: () => void; children: ReactNode }) {
  // Not disabled at its end, which would lose the focus.
  return (
    <button
      type="button"
      aria-label={props.label}
      aria-disabled={props.off}
      className="hover:bg-raised flex size-11 items-center justify-center rounded-xl aria-disabled:cursor-not-allowed aria-disabled:opacity-40"
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
