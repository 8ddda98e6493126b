import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

/** A question in front of the page: a sheet from below on a phone, a card in the middle elsewhere. */
export function Dialog({ open, onClose, title, description, children }: DialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Primitive.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className="bg-surface text-ink fixed inset-x-0 bottom-0 z-50 max-h-[90dvh] overflow-y-auto rounded-t-2xl p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))] shadow-2xl sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-full sm:max-w-md sm:-translate-1/2 sm:rounded-2xl"
        >
          <div className="flex items-start gap-4">
            <Primitive.Title className="flex-1 text-xl font-bold">{title}</Primitive.Title>
            <Primitive.Close aria-label="Close" className="hover:bg-raised -m-2 rounded-lg p-2">
              <X aria-hidden className="size-5" />
            </Primitive.Close>
          </div>
          {description && <Primitive.Description className="text-muted mt-1">{description}</Primitive.Description>}
          <div className="mt-4">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
