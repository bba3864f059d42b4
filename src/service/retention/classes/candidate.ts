import type { DeletedItem } from '../../../record/audit/deletion.ts';
import type { Tx, View } from '../../../store/port.ts';

/** Where a page ended: the next one begins behind it. */
export type Cursor = { readonly ms: number; readonly id: string };
export const BEGINNING: Cursor = { ms: -1, id: '' };

/** Something that is old enough to go. */
export type Candidate = {
  readonly at: Cursor;
  /** What goes with it. */
  readonly items: readonly DeletedItem[];
  /** What it was about: texts in which identifiers stand, or identifiers. */
  readonly about: readonly (string | null)[];
  /** What still needs it; null for nothing. */
  readonly neededBy: string | null;
  readonly remove: (tx: Tx) => Promise<void>;
};

export type AgedPage = {
  readonly until: Date;
  readonly after: Cursor;
  readonly limit: number;
  readonly now: Date;
};

/** One class of what is kept for a while: finds what is old enough, oldest first. */
export type ReadAged = (view: View, page: AgedPage) => Promise<readonly Candidate[]>;

/** As identifiers are made (service/identifier.ts). */
const IDENTIFIER = /[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}/g;

/** What holds a candidate: the first thing that it names and somebody holds. */
export function heldBy(
  { about }: Pick<Candidate, 'about'>,
  touched: ReadonlyMap<string, string>,
): string | null {
  if (touched.size === 0) return null;
  for (const text of about) {
    for (const [id] of text?.matchAll(IDENTIFIER) ?? []) {
      const by = touched.get(id);
      if (by !== undefined) return by;
    }
  }
  return null;
}

/** How a page is asked for in a statement. */
export function aged({ until, after, limit, now }: AgedPage): {
  readonly untilMs: number;
  readonly afterMs: number;
  readonly afterId: string;
  readonly limit: number;
  readonly nowMs: number;
} {
  return {
    untilMs: until.getTime(),
    afterMs: after.ms,
    afterId: after.id,
    limit,
    nowMs: now.getTime(),
  };
}
