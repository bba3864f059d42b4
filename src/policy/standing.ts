import { formatInstant } from '../bytes/instant.ts';
import { foldedPurpose } from '../protocol/purpose.ts';
import type { Latch, LatchIndex, LicenceState, PartyState, Readable } from './inputs.ts';
import type { Deny } from './reasons.ts';
import { isOutdated } from './register/screening.ts';

/** What a licence is judged by whatever is done under it. */
export type StandingInput = {
  readonly licence: LicenceState;
  readonly parties: ReadonlyMap<string, PartyState>;
  readonly latches: LatchIndex;
  /** What the request says it is for; null where it does not. */
  readonly purpose: string | null;
  readonly at: Date;
};

/** The licence is in force, and everybody whom it names is clear; `ends` gains whatever that rests on. */
export function decideStanding(input: StandingInput, deny: Deny, ends: Date[]): void {
  decideLicence(input.licence, input.at, deny, ends);
  decidePurpose(input, deny);
  decideParties(input, deny, ends);
  decideHeld(input, deny);
}

/** A collection that could not be read denies, and counts as empty. */
export function readable<T>(input: Readable<T>, name: string, deny: Deny): readonly T[] {
  if (Array.isArray(input)) return input;
  deny('input.unavailable', `verifier:${name}`, `The verifier could not read ${name}.`);
  return [];
}

export function byId<T extends { readonly id: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((entry) => [entry.id, entry]));
}

export function bySubject(latches: readonly Latch[]): LatchIndex {
  return Map.groupBy(latches, ({ subject }) => `${subject.kind}:${subject.id}`);
}

function decideLicence({ id, status, conditions }: LicenceState, at: Date, deny: Deny, ends: Date[]): void {
  const subject = `licence:${id}`;
  const [from, until] = [new Date(conditions.validFrom), new Date(conditions.validUntil)];
  if (Number.isNaN(at.getTime())) deny('input.no-instant', 'verifier:clock', 'The verifier has no time.');
  // Comparisons are written so that an invalid instant, which compares false with everything, denies.
  if (!(at >= from)) deny('licence.not-yet-valid', subject, `The licence begins at ${conditions.validFrom}.`);
  if (!(at < until)) deny('licence.expired', subject, `The licence ended at ${conditions.validUntil}.`);
  if (status === 'revoked') deny('licence.revoked', subject, 'The licence is revoked.');
  else if (status !== 'active') deny('licence.suspended', subject, 'The licence is suspended.');
  ends.push(until);
}

/** A licence that names a purpose is for that alone, however it is spelt; a request that names none asks for the licence's. */
function decidePurpose({ licence: { id, conditions }, purpose }: StandingInput, deny: Deny): void {
  const named = conditions.purpose;
  if (named === undefined || purpose === null || foldedPurpose(purpose) === foldedPurpose(named)) return;
  const sentence = `The licence is for ${named}; the request is for something else.`;
  deny('request.purpose-not-named', `licence:${id}`, sentence);
}

function decideParties(
  { licence: { conditions }, parties, at }: StandingInput,
  deny: Deny,
  ends: Date[],
): void {
  for (const id of conditions.parties) {
    const subject = `party:${id}`;
    const party = parties.get(id);
    if (party === undefined) {
      deny('party.unknown', subject, `The licence names the party ${id}, of which nothing is known.`);
      continue;
    }
    for (const parent of party.deniedParents) {
      deny('party.parent-denied', `party:${parent}`, `The party ${parent}, which owns ${id}, is denied.`);
    }
    decideScreening(party, at, deny, ends);
  }
}

function decideScreening(party: PartyState, at: Date, deny: Deny, ends: Date[]): void {
  const { id, standing, clearUntil, listVersion, currentListVersion } = party;
  const subject = `party:${id}`;
  if (standing === 'denied') {
    deny('party.denied', subject, `The party ${id} is denied.`);
    return;
  }
  if (standing !== 'clear') {
    const sentence = `The party ${id} has not been screened, or its screening is under review.`;
    deny('party.unscreened', subject, sentence);
    return;
  }
  if (isOutdated(listVersion, currentListVersion)) {
    const found = listVersion === null ? 'against no list that is named' : `against ${listVersion}`;
    deny(
      'party.screening-outdated',
      subject,
      `The party ${id} was screened ${found}, not ${currentListVersion}.${standingOn(party, at)}`,
    );
  }
  if (clearUntil === null) return;
  if (!(at < clearUntil)) deny('party.screening-lapsed', subject, `The screening of ${id} lapsed.`);
  ends.push(clearUntil);
}

/** Nothing new is granted meanwhile. */
function standingOn({ graceUntil }: PartyState, at: Date): string {
  if (graceUntil === undefined || !(at < graceUntil)) return '';
  return ` What was granted before stands until ${formatInstant(graceUntil)}.`;
}

/** Latches on devices, hosts and facilities are judged with what they hold. */
function decideHeld({ licence: { id, conditions }, latches }: StandingInput, deny: Deny): void {
  for (const { sentence } of latches.get(`licence:${id}`) ?? []) {
    deny('licence.held', `licence:${id}`, sentence);
  }
  for (const party of conditions.parties) {
    for (const { sentence } of latches.get(`party:${party}`) ?? []) {
      deny('party.held', `party:${party}`, sentence);
    }
  }
}
