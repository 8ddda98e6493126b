import { Sparkles } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";

/** On a phone there is no room for the picker beside the map: it comes when it is asked for, and goes when it has found some. */
export function FindForMe({ picker }: { picker: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="wide:hidden">
      <Button look="secondary" className="w-full" onClick={() => setOpen(true)}>
        <Sparkles aria-hidden className="text-accent size-5" />
        Find seats for me
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="How many are you?">
        {picker}
      </Dialog>
    </div>
  );
}
