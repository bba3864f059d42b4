import type { ReactNode } from 'react';

/** What is wider than the page scrolls in itself, by keyboard too, so that the page does not. */
export function Scroller({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fieldset: nothing in it is filled in
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="scroller" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
