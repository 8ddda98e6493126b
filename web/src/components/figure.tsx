import clsx from "clsx";
import type { LucideIcon } from "lucide-react";

const tones = {
  plain: "bg-raised text-muted",
  warn: "bg-warn-soft text-warn",
  accent: "bg-accent-soft text-accent",
};

/** The large round sign at the top of a page that has little else to show. */
export function Figure({ icon: Icon, tone = "plain" }: { icon: LucideIcon; tone?: keyof typeof tones }) {
  return (
    <span aria-hidden className={clsx("mx-auto flex size-20 items-center justify-center rounded-full", tones[tone])}>
      <Icon className="size-9" />
    </span>
  );
}
