import { Armchair, Ticket } from "lucide-react";
import { Link, NavLink, Outlet, ScrollRestoration } from "react-router";
import { ThemeSwitch } from "./theme-switch";

/** The frame of every page. Pages of a fixed height, such as the seat map, fill what the header leaves. */
export function Layout() {
  return (
    <div className="bg-bg text-ink flex min-h-dvh flex-col print:bg-white">
      <a
        href="#main"
        className="focus:bg-surface sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:p-3"
      >
        Skip to the content
      </a>
      <header className="border-line bg-surface border-b print:hidden">
        <div className="mx-auto flex h-14 max-w-6xl items-center gap-1 px-4">
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
            </NavLink>
          </nav>
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="flex flex-1 flex-col outline-none">
        <Outlet />
      </main>
      <ScrollRestoration />
    </div>
  );
}
