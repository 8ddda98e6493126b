import { Armchair, Ticket } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";
import { ThemeSwitch } from "./theme-switch";
import { WaitingBadge } from "./waiting-badge";

/** The frame of every page. Pages of a fixed height, such as the seat map, fill what the header leaves. */
export function Layout() {
  const main = useFocusOnArrival();
  return (
    <div className="bg-bg text-ink flex min-h-dvh flex-col has-data-fills:h-dvh print:bg-white">
      <a
        href="#main"
        className="focus:bg-surface sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:p-3"
      >
        Skip to the content
      </a>
      <header className="border-line bg-surface border-b print:hidden">
        <div className="wide:min-h-11 flex min-h-14 flex-wrap items-center gap-1 px-4 lg:min-h-14 lg:px-6">
          <Link
            to="/"
            className="-ml-2 flex min-h-11 items-center gap-2 rounded-lg px-2 text-lg font-bold tracking-tight"
          >
            <Armchair aria-hidden className="text-accent size-6" />
            Holdfast
          </Link>
          <nav aria-label="Main" className="ml-auto flex items-center">
            <NavLink
              to="/bookings"
              className="hover:bg-raised aria-[current=page]:text-accent flex min-h-11 items-center gap-2 rounded-lg px-3 font-medium"
            >
              <Ticket aria-hidden className="size-5" />
              My bookings
              <WaitingBadge />
            </NavLink>
          </nav>
          <ThemeSwitch />
        </div>
      </header>
      <main ref={main} id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
        <Outlet />
      </main>
      <ScrollRestoration />
    </div>
  );
}

/**
 * Another page in the same document is an arrival: the focus goes to its heading, which is read out, unless the
 * page has put it somewhere itself. A page that is still loading has no heading yet; its frame is near enough.
 */
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    if (main.current?.contains(document.activeElement)) return;
    const heading = main.current?.querySelector("h1");
    if (heading) heading.tabIndex = -1;
    (heading ?? main.current)?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
