import clsx from "clsx";
import { useEffect, useRef, type ReactNode } from "react";

interface PageHeadingProps {
  /** The page has just become this one by itself: whoever reads it is taken here. */
  arrive?: boolean;
  className?: string;
  children: ReactNode;
}

/** What a page is called, in the page. */
export function PageHeading({ arrive = false, className, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (arrive) heading.current?.focus();
  }, [arrive]);
  return (
    <h1
      ref={heading}
      tabIndex={-1}
      className={clsx("scroll-mt-28 text-3xl font-bold tracking-tight text-balance outline-none", className)}
    >
      {children}
    </h1>
  );
}
