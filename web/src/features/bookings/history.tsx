import { ChevronDown } from "lucide-react";
import { Collapsible } from "radix-ui";
import { useState } from "react";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import type { KnownBooking } from "@/lib/api/types";
import { formatExact } from "@/lib/time";
import { useHistory } from "@/lib/use-history";
import { useLastError } from "@/lib/use-last-error";
import { sentenceOf } from "./history-words";

/** What happened to a booking, for those who want to know. */
export function History({ booking }: { booking: KnownBooking }) {
  const [open, setOpen] = useState(false);
  return (
    <Collapsible.Root open={open} onOpenChange={setOpen} className="border-line border-t print:hidden">
      <h2>
        <Collapsible.Trigger className="group flex min-h-14 w-full items-center justify-between gap-3 px-1 text-left font-semibold">
          What happened
          <ChevronDown
            aria-hidden
            className="text-muted size-5 shrink-0 transition-transform group-data-[state=open]:rotate-180"
          />
        </Collapsible.Trigger>
      </h2>
      <Collapsible.Content className="pb-4">
        <Items booking={booking} />
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

function Items({ booking }: { booking: KnownBooking }) {
  const query = useHistory(booking);
  const { data, refetch } = query;
  const error = useLastError(query);
  if (!data && error) return <Failure error={error} retry={() => void refetch()} busy={query.isFetching} />;
  if (!data) return <Loading what="Looking it up…" />;
  return (
    <ol className="ml-2">
      {data.map((item, i) => (
        <li
          key={`${item.at} ${item.type}`}
          className="before:bg-edge border-line relative border-l pb-4 pl-5 before:absolute before:top-2 before:-left-1 before:size-2 before:rounded-full last:border-transparent last:pb-0"
        >
          <p className={i === data.length - 1 ? "font-semibold" : undefined}>{sentenceOf(item)}</p>
          <time dateTime={item.at} className="text-muted text-sm">
            {formatExact(item.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
