import type { PartyState } from '../inputs.ts';

/** What is known of a party's screening: the newest word that counts. */
export type ScreeningWord = {
  readonly standing: 'clear' | 'denied' | 'unscreened';
  /** A person's word, or a tool's run; null while there is neither. */
  readonly origin: 'word' | 'run' | null;
  readonly listVersion: string | null;
  /** YYYY-MM-DD; null where the word named none. */
  readonly screenedOn: string | null;
};

export type RunOutcome = 'clear' | 'hit' | 'review';

/** One screening of a party by the tools that do it. */
export type ScreeningRun = {
  readonly outcome: RunOutcome;
  readonly listVersion: string;
  /** YYYY-MM-DD. */
  readonly screenedOn: string;
};

const STANDING = { clear: 'clear', hit: 'denied', review: 'unscreened' } as const;
/** Of two runs of one day the worse counts. */
const RANK = { clear: 0, unscreened: 1, denied: 2 } as const;

/**
 * The word that counts after a run was read. A hit counts whatever was said before, unless a later run or a person's later word has
 * cleared it already; anything else counts only if it is not older than what is there. What a person denied, no tool clears.
 */
export function wordAfter(word: ScreeningWord, run: ScreeningRun): ScreeningWord {
  const next: ScreeningWord = {
    standing: STANDING[run.outcome],
    origin: 'run',
    listVersion: run.listVersion,
    screenedOn: run.screenedOn,
  };
  if (word.origin === null) return next;
  // A word without a day was said of no day in particular: a hit outweighs it, and a clear run only where it did not deny.
  const order = word.screenedOn === null ? 1 : Math.sign(run.screenedOn.localeCompare(word.screenedOn));
  if (order < 0) return word;
  if (word.origin === 'word' && word.standing === 'denied') return word;
  if (order > 0) return next;
  return RANK[next.standing] > RANK[word.standing] || next.standing === word.standing ? next : word;
}

/** Whether a screening is not of the list that is in force. Where the authority declared none, there is nothing to be behind. */
export function isOutdated(listVersion: string | null, currentListVersion: string | null): boolean {
  return currentListVersion !== null && listVersion !== currentListVersion;
}

/** A list that was declared, and until when what was granted before stands on the one before. */
export type DeclaredList = { readonly version: string; readonly graceUntil: Date };

/**
 * Until when what was granted on a screening stands although newer lists were declared: the first end of all their graces, so that a further
 * declaration lengthens none. Null where none is newer.
 *
 * @param lists all that were declared, the newest first
 */
export function graceOf(listVersion: string | null, lists: readonly DeclaredList[]): Date | null {
  const place = lists.findIndex(({ version }) => version === listVersion);
  const newer = place < 0 ? lists : lists.slice(0, place);
  return newer.length === 0
    ? null
    : new Date(Math.min(...newer.map(({ graceUntil }) => graceUntil.getTime())));
}

/** A party as what was granted before a newer list rests on it: until the grace is over it counts as screened against that, and no longer. */
export function withinGrace(party: PartyState, at: Date): PartyState {
  const { graceUntil, clearUntil, currentListVersion } = party;
  if (graceUntil === undefined || !(at < graceUntil)) return party;
  const until = clearUntil !== null && clearUntil < graceUntil ? clearUntil : graceUntil;
  return { ...party, listVersion: currentListVersion, clearUntil: until };
}

const WORST = ['denied', 'unscreened', 'clear'] as const;

/** What the screenings of several parties come to together, as rule packs read them; members that nobody can say are absent. */
export type ScreeningOfAll = {
  readonly standing?: (typeof WORST)[number];
  /** The list of all; absent where they differ or one names none. */
  readonly listVersion?: string;
  readonly currentListVersion?: string;
};

export function screeningOfAll(
  parties: readonly Pick<ScreeningWord, 'standing' | 'listVersion'>[],
  currentListVersion: string | null,
): ScreeningOfAll {
  const standing = WORST.find((word) => parties.some((party) => party.standing === word));
  const [listVersion, ...others] = new Set(parties.map((party) => party.listVersion));
  return {
    ...(standing === undefined ? {} : { standing }),
    ...(listVersion === null || listVersion === undefined || others.length > 0 ? {} : { listVersion }),
    ...(currentListVersion === null ? {} : { currentListVersion }),
  };
}
