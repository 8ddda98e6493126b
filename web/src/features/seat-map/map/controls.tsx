import clsx from "clsx";
import { Maximize, Minus, Plus, type LucideIcon } from "lucide-react";

interface ControlsProps {
  wide: boolean;
  canZoomIn: boolean;
  canZoomOut: boolean;
  canFit: boolean;
  onZoomIn: () => void;
  onZoomOut: () => void;
  onWhole: () => void;
}

/** Zoom buttons: in a column beside a wide map, in a row below a tall one. */
export function Controls({ wide, canZoomIn, canZoomOut, canFit, onZoomIn, onZoomOut, onWhole }: ControlsProps) {
  return (
    <div
      role="group"
      aria-label="Zoom"
      className={clsx(
        "border-line bg-surface absolute right-2 bottom-2 flex divide-(--line) overflow-hidden rounded-xl border shadow-sm",
        wide ? "flex-col divide-y" : "flex-row divide-x",
      )}
    >
      <Control label="Zoom in" Icon={Plus} off={!canZoomIn} onPress={onZoomIn} />
      <Control label="Zoom out" Icon={Minus} off={!canZoomOut} onPress={onZoomOut} />
      <Control label="Show the whole hall" Icon={Maximize} off={!canFit} onPress={onWhole} />
    </div>
  );
}

interface ControlProps {
  label: string;
  Icon: LucideIcon;
  off: boolean;
  onPress: () => void;
}

/** It keeps the focus when there is nothing left to zoom: it only says so. */
function Control({ label, Icon, off, onPress }: ControlProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-disabled={off || undefined}
      className="text-ink hover:bg-raised aria-disabled:text-edge flex size-11 items-center justify-center -outline-offset-4 aria-disabled:cursor-default aria-disabled:hover:bg-transparent"
      onClick={() => {
        if (!off) onPress();
      }}
    >
      <Icon aria-hidden className="size-5" />
    </button>
  );
}
