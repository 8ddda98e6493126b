import clsx from "clsx";
import { CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

type Tone = "info" | "good" | "warn" | "bad";

const tones = {
  info: { style: "bg-raised text-ink", Icon: Info },
  good: { style: "bg-good-soft text-good", Icon: CircleCheck },
  warn: { style: "bg-warn-soft text-warn", Icon: TriangleAlert },
  bad: { style: "bg-bad-soft text-bad", Icon: CircleX },
};

interface NoticeProps {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
  /** Read out at once to screen readers when it appears. */
  urgent?: boolean;
  className?: string;
}

/** Something the reader should know, in the page itself: a sign, a sentence, and what can be done. */
export function Notice({ tone = "info", title, children, actions, urgent = false, className }: NoticeProps) {
  const { style, Icon } = tones[tone];
  return (
    <div role={urgent ? "alert" : "status"} className={clsx("flex gap-3 rounded-xl p-4", style, className)}>
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="min-w-0 flex-1 space-y-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-sm">{children}</div>}
        {actions && <div className="flex flex-wrap gap-2 pt-2">{actions}</div>}
      </div>
    </div>
  );
}
