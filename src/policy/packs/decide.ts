import { formatInstant, parseInstant } from '../../bytes/instant.ts';
import type { Verdict } from '../../protocol/decision.ts';
import type { Reason } from '../../protocol/reason.ts';
import { decideAllocation } from '../allocation.ts';
import { decide } from '../decide.ts';
import type { LicenceConditions } from '../licence.ts';
import { narrow } from '../narrow.ts';
import { packInputsOf } from '../pack-input.ts';
import { type DecisionCode, denyReason } from '../reasons.ts';
import type { Weighed } from '../weighed.ts';
import type { PackAnswers } from './answers.ts';
import { evaluatePack, type PackAnswer } from './evaluate.ts';
import { groupGapReasons } from './group-gaps.ts';
import type { PackInput } from './input.ts';
import { lastAllowed } from './last-allowed.ts';
import type { LoadedPack } from './loaded.ts';

/** Whatever a decision is made of. The same gives the same verdict, always. */
export type DecisionBasis = {
  readonly weighed: Weighed;
  /** Those that `weighed.licence.conditionsSha256` names. */
  readonly conditions: LicenceConditions;
  /** Packs by their digest; null for one that cannot be decided by. */
  readonly packs: (digest: string) => LoadedPack | null;
  /** What the ledger says against it, of its own part of what was weighed. */
  readonly ledger: (weighed: Weighed) => readonly Reason[];
  /** Where packs' answers are kept; they are asked anew without it. */
  readonly answers?: PackAnswers;
};

/**
 * The gate's verdict on what was weighed, narrowed by every pack that the licence names and by the ledger: each can only add
 * reasons. It decides again when a decision is replayed; the service asks its two halves, one after the other.
 */
export function decideWeighed(basis: DecisionBasis): Verdict {
  return narrow(decideUnpaid(basis), { reasons: basis.ledger(basis.weighed) });
}

/** What gate and packs decide by. */
export type Unledgered = Omit<DecisionBasis, 'ledger'>;

/**
 * What gate and packs say, before the ledger is asked: for how long something is to be paid is known when they have spoken. Of
 * the ledger's part of what was weighed packs are told the totals alone.
 */
export function decideUnpaid(basis: Unledgered): Verdict {
  const { weighed, conditions } = basis;
  const verdict = byTheGate(weighed, conditions);
  if (conditions.rulePacks === 'none') return verdict;
  if (conditions.rulePacks.length === 0) return narrow(verdict, unnamed(weighed));
  const answersAt = packsAt(basis, verdict);
  const said = answersAt(weighed.at).reduce(narrow, unlessNamed(verdict, basis));
  if (said.outcome !== 'allow' || said.validUntil === null) return said;
  const end = packsEnd(basis, { from: weighed.at, until: parseInstant(said.validUntil) }, answersAt);
  return endingBy(said, formatInstant(end));
}

/** What each pack that was weighed says as of an instant, and what keeps them from being told: of the same sources only ages differ. */
export type PacksAt = (at: Date) => readonly PackReasons[];

/** Asks the packs, whatever the gate says. @param verdict the gate's, on what was weighed */
export function packsAt(basis: Unledgered, verdict: Verdict): PacksAt {
  const { weighed, conditions } = basis;
  const inputAt = packInputsOf({ weighed, conditions, verdict });
  const reasons = groupGapReasons(weighed.told);
  const untold: readonly PackReasons[] = reasons.length === 0 ? [] : [{ outcome: 'deny', reasons }];
  return (at) => {
    const input = inputAt(at);
    return [...weighed.packs.map((pack) => answerOf(basis, pack, input)), ...untold];
  };
}

/** Up to when all packs go on allowing what they allow at `from`. */
export function packsEnd(
  { weighed, answers }: Unledgered,
  { from, until }: { readonly from: Date; readonly until: Date },
  answersAt: PacksAt,
): Date {
  const allows = (at: Date): boolean => answersAt(at).every(({ outcome }) => outcome === 'allow');
  const end = lastAllowed(
    from,
    until,
    allows,
    () => answers?.ends.guesses(asked(weighed), anchorsOf(weighed)) ?? [],
  );
  if (end < until) answers?.ends.note(asked(weighed), anchorsOf(weighed), end);
  return end;
}

function asked({ packs }: Weighed): string {
  return packs.map(({ digest }) => digest).join(' ');
}

/** What ages are counted from: of evidence, of places, and whatever else by the calendar. */
function anchorsOf({ devices }: Weighed): readonly Date[] {
  const issued = devices.flatMap(({ evidence }) => evidence?.nonceIssuedAt ?? []);
  const placed = devices.flatMap(({ evidence }) => evidence?.placeAt ?? []);
  const oldest = (dates: readonly Date[]): Date => new Date(Math.min(...dates.map((date) => date.getTime())));
  return [oldest(issued), oldest(placed), new Date(0)];
}

/** An allow ends when the packs would deny it, and so does that of each device, if that is earlier than whatever else it rests on. */
function endingBy(verdict: Verdict, end: string): Verdict {
  // Instants are written so that text order is time order.
  const first = (until: string): string => (until <= end ? until : end);
  return {
    ...verdict,
    validUntil: verdict.validUntil === null ? null : first(verdict.validUntil),
    devices: verdict.devices.map((row) =>
      typeof row.validUntil === 'string' ? { ...row, validUntil: first(row.validUntil) } : row,
    ),
  };
}

/** The gate's own verdict. */
export function byTheGate(weighed: Weighed, conditions: LicenceConditions): Verdict {
  const { id, status } = weighed.licence;
  const input = { ...weighed, licence: { id, status, conditions } };
  return weighed.action === 'allocate' ? decideAllocation(input) : decide(input);
}

export type PackReasons = Pick<PackAnswer, 'outcome' | 'reasons'>;
type Asked = Weighed['packs'][number];

function answerOf(
  { packs, answers }: Unledgered,
  { name, version, digest }: Asked,
  input: PackInput,
): PackReasons {
  const subject = `rule-pack:${name}@${version}`;
  if (digest === null) {
    return denied('pack.not-in-force', subject, `The rule pack ${name} ${version} is not in force.`);
  }
  const loaded = packs(digest);
  if (loaded === null) {
    return denied('pack.unsound', subject, `The rule pack ${name} ${version} cannot be decided by.`);
  }
  const { outcome, reasons } = answers?.ask(loaded, input) ?? evaluatePack(loaded, input);
  return { outcome, reasons: reasons.map((reason): Reason => ({ ...reason, subject })) };
}

/** Every pack that the licence names was looked for: one that is not among those weighed denies. */
function unlessNamed(verdict: Verdict, { weighed, conditions: { rulePacks } }: Unledgered): Verdict {
  const asked = new Set(weighed.packs.map(({ name, version }) => `${name} ${version}`));
  const named = rulePacks === 'none' ? [] : rulePacks;
  return named.reduce((said, { name, version }) => {
    if (asked.has(`${name} ${version}`)) return said;
    const sentence = `The rule pack ${name} ${version} was not asked.`;
    return narrow(said, denied('pack.not-in-force', `rule-pack:${name}@${version}`, sentence));
  }, verdict);
}

function unnamed({ licence: { id } }: Weighed): PackReasons {
  return denied(
    'licence.no-rule-packs',
    `licence:${id}`,
    'The licence does not say which rule packs it is under.',
  );
}

function denied(code: DecisionCode, subject: string, sentence: string): PackReasons {
  return { outcome: 'deny', reasons: [denyReason(code, subject, sentence)] };
}
