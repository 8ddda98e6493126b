import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import type { ButtonHTMLAttributes } from "react";

type Look = "primary" | "secondary" | "quiet" | "text" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-accent-ink hover:brightness-110",
  secondary: "bg-surface text-ink ring-1 ring-edge ring-inset hover:bg-raised",
  quiet: "text-ink hover:bg-raised",
  // Of little weight, and still seen to be something to press; in line with the text around it.
  text: "text-ink px-0! underline decoration-edge decoration-1 underline-offset-4 hover:decoration-2 hover:decoration-current",
  danger: "bg-surface text-bad ring-1 ring-bad ring-inset hover:bg-bad-soft",
};

/** How a button looks, for links that look like one. */
export function buttonStyle(look: Look = "primary", className?: string): string {
  return clsx(
    "inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 py-2 text-base font-semibold transition select-none",
    "aria-disabled:cursor-not-allowed aria-disabled:opacity-60 disabled:cursor-not-allowed disabled:opacity-60",
    looks[look],
    className,
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  /** Work is under way: the button says so, keeps the focus, and does nothing. */
  busy?: boolean;
}

export function Button({ look, busy = false, className, children, onClick, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={buttonStyle(look, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy && <LoaderCircle aria-hidden className="size-5 animate-spin" />}
      {children}
    </button>
  );
}
