import type { ReactNode } from 'react';

/** How something stands; never by colour alone: each has a sign of its own, and its word beside it. */
export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'info';

const SIGNS: { readonly [T in Tone]: string } = {
  good: 'M3 8.5 6.5 12 13 4.5',
  warn: 'M8 3v6.2M8 11.8v1.2',
  bad: 'M4 4l8 8M12 4l-8 8',
  idle: 'M4 8h8',
  info: 'M8 7v6M8 3v1.2',
};

export function Status({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`status status--${tone}`}>
      <svg className="status__sign" viewBox="0 0 16 16" aria-hidden="true">
        <path d={SIGNS[tone]} />
      </svg>
      {children}
    </span>
  );
}
