import { createContext, type ReactNode, use } from 'react';
import { Link } from 'wouter';
import type { View } from './view.ts';

/** The views that are offered to whoever looks. */
const WaysContext = createContext<readonly View[]>([]);

export function WaysProvider({
  views,
  children,
}: {
  readonly views: readonly View[];
  readonly children: ReactNode;
}) {
  return <WaysContext value={views}>{children}</WaysContext>;
}

/** A link where a view is offered at that path; elsewhere its text alone: nobody is led to what is not there for them. */
export function Way({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  const views = use(WaysContext);
  return views.some(({ path }) => isAt(path, to)) ? <Link href={to}>{children}</Link> : children;
}

/** Whether an address, with or without a query, is one of a view's path such as `/hosts/:hostId`. */
export function isAt(path: string, address: string): boolean {
  const [wanted, given] = [path.split('/'), (address.split('?', 1)[0] ?? '').split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith(':') || part === given[index])
  );
}
