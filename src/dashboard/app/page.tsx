import { type ReactNode, useEffect, useRef } from 'react';
import { useWords } from '../words/language.tsx';
import { shellWords } from '../words/shell.ts';

export type PageProps = {
  /** The heading, and the name of the browser's tab. */
  readonly title: string;
  /** Shown instead of the plain title, e.g. with a level beside it. */
  readonly heading?: ReactNode;
  /** One sentence of what is seen here. */
  readonly lead?: ReactNode;
  /** Buttons, at the right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** The address that somebody came in by, until they go to another: there focus stays where the browser has it, also when its heading is drawn anew. */
let entrance: string | null | undefined;

/** What every view is wrapped in: its heading, which gets the focus when somebody comes here from another view. */
export function Page({ title, heading, lead, actions, children }: PageProps) {
  const words = useWords(shellWords);
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
  }, [title, words]);
  useEffect(() => {
    entrance ??= entrance === undefined ? location.pathname : null;
    if (entrance === location.pathname) return;
    entrance = null;
    top.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, []);
  return (
    <article className="page">
      <header className="page__head">
        <div>
          <h1 ref={top} tabIndex={-1}>
            {heading ?? <bdi>{title}</bdi>}
          </h1>
          {lead !== undefined && <p className="page__lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="page__actions">{actions}</div>}
      </header>
      {children}
    </article>
  );
}
