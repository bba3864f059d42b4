import type { Reason } from '../protocol/reason.ts';

type Entry = Pick<Reason, 'kind' | 'sentence'> & { readonly mend: string };

/** Every reason for which a report of usage counts for nothing, so that all that was paid counts. Codes are API. */
const CATALOGUE = {
  'usage.host-held': {
    kind: 'violated',
    sentence: 'The host is held for review: its word counts for nothing.',
    mend: 'The licensing authority clears the hold with a reason.',
  },
  'usage.not-metered': {
    kind: 'violated',
    sentence: 'The licence does not allow usage to be metered.',
    mend: 'Have the licence granted anew, naming its meters.',
  },
  'usage.operator-not-accepted': {
    kind: 'violated',
    sentence: 'The licence does not accept reports by operators.',
    mend: 'Have the host report, or the licence granted anew with metering.operators.',
  },
  'usage.source-not-named': {
    kind: 'violated',
    sentence: 'The licence does not name this meter.',
    mend: 'Report by a meter that the licence names, or have it amended.',
  },
  'usage.purpose-not-named': {
    kind: 'violated',
    sentence: 'The licence does not name this purpose.',
    mend: 'Report what was computed for the purpose of the licence.',
  },
  'usage.not-over': {
    kind: 'unproven',
    sentence: 'The window ends in the future.',
    mend: 'Report when the window is over.',
  },
  'usage.late': {
    kind: 'violated',
    sentence: 'The window ended longer ago than the licence lets a report take.',
    mend: 'Report sooner: all that was paid for this window counts.',
  },
  'usage.overlaps': {
    kind: 'violated',
    sentence: 'Part of the window was reported before.',
    mend: 'Begin where the last window ended.',
  },
  'usage.outside-lease': {
    kind: 'unproven',
    sentence: 'Part of the window was not paid for by this host under this licence.',
    mend: 'Report windows in which the host had a grant throughout.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type UsageCode = keyof typeof CATALOGUE;

/** All codes, for documents and tests. */
export const USAGE_CODES = Object.keys(CATALOGUE) as readonly UsageCode[]; // keys of the table just above

export function usageReason(code: UsageCode, subject: string): Reason {
  return { code, ...CATALOGUE[code], subject };
}
