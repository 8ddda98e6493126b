import { RadioGroup } from "radix-ui";
import { testCards } from "./cards";

interface CardChoiceProps {
  token: string;
  disabled: boolean;
  onChange: (token: string) => void;
}

/** One of the saved cards. */
export function CardChoice({ token, disabled, onChange }: CardChoiceProps) {
  return (
    <RadioGroup.Root
      aria-label="Pay with"
      value={token}
      disabled={disabled}
      onValueChange={onChange}
      className="grid gap-2 sm:grid-cols-2"
    >
      {testCards.map((card) => (
        <RadioGroup.Item
          key={card.token}
          value={card.token}
          aria-label={`${card.name}: ${card.behaviour.toLowerCase()}`}
          className="group bg-surface ring-line hover:ring-edge data-[state=checked]:bg-accent-soft data-[state=checked]:ring-accent flex min-h-16 scroll-mt-28 scroll-mb-32 items-center gap-3 rounded-xl p-3 text-left ring-1 transition ring-inset disabled:cursor-not-allowed disabled:opacity-60 data-[state=checked]:ring-2"
        >
          <span
            aria-hidden
            className="bg-ink text-bg flex h-9 w-13 shrink-0 items-end justify-end rounded-md px-1.5 py-1 text-[0.6875rem] leading-none font-black tracking-tight italic"
          >
            VISA
          </span>
          <span className="min-w-0 flex-1 leading-tight">
            <span className="block font-semibold">{card.name}</span>
            <span className="text-muted mt-0.5 block text-sm">{card.behaviour}</span>
          </span>
          <span
            aria-hidden
            className="border-edge group-data-[state=checked]:border-accent flex size-5 shrink-0 items-center justify-center rounded-full border-2"
          >
            <RadioGroup.Indicator className="bg-accent size-2.5 rounded-full" />
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
