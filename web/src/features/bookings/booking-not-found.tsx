import { SearchX } from "lucide-react";
import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { Figure } from "@/components/figure";
import { PageHeading } from "@/components/page-heading";
import { useTitle } from "@/lib/use-title";

/** No such booking, or somebody else's: the box office does not tell which. */
export function BookingNotFound() {
  useTitle("Booking not found");
  return (
    <div className="mx-auto max-w-md py-8 text-center">
      <Figure icon={SearchX} />
      <PageHeading className="mt-5">We cannot find this booking</PageHeading>
      <p className="text-muted mt-2 text-lg text-balance">
        A booking can be seen only in the browser that made it. If that was another one, open this page there.
      </p>
      <div className="mt-6 flex flex-col gap-2 sm:flex-row sm:justify-center">
        <Link to="/bookings" className={buttonStyle("primary", "min-h-12")}>
          My bookings
        </Link>
        <Link to="/" className={buttonStyle("secondary", "min-h-12")}>
          See what is on
        </Link>
      </div>
    </div>
  );
}
