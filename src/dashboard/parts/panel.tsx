import { type ReactNode, useId } from 'react';

export type PanelProps = {
  readonly title: string;
  /** At the right of the title: a count, a link to all of it. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

/** A part of a view under its own heading. */
export function Panel({ title, aside, children }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel__head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div className="panel__aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** Names and values, e.g. of one host. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="facts__fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
