import { assess, reaches, unmetDemands } from '../appraisal/levels.ts';
import { DEVICE_FACTS, type Facts, HOST_FACTS } from '../protocol/facts.ts';
import type { Answer, EvidenceQuestion } from './answer.ts';
import { auditCounts } from './audit-standing.ts';
import type { LicenceConditions } from './licence.ts';
import { decidePlace } from './place.ts';

/** Whether the facts are strong enough. A refused appraisal proves no facts, so that none is compared. */
export function decideStrength(question: EvidenceQuestion, answer: Answer): void {
  const { id, conditions, evidence } = question;
  if (evidence.outcome !== 'accepted') return;
  const { facts, referenceSets } = evidence;
  decideLevel(question, answer);
  for (const [name, have, need] of shortfalls(facts, conditions.minimumFacts)) {
    answer.deny(
      'device.fact-too-low',
      `device:${id}`,
      `The device ${id} has ${name} ${have}; the licence asks for ${need}.`,
    );
  }
  if (!matchesNamed(referenceSets, conditions.referenceSets)) {
    const named = [conditions.referenceSets].flat().join(', ');
    answer.deny(
      'host.reference-set-not-accepted',
      `device:${id}`,
      `The host of the device ${id} matches no reference set that the licence accepts (${named}).`,
    );
  }
  decidePlace(question, answer);
}

/** The level stays what the facts prove: a waiver lets a demand of it be missed, and the row says which. */
function decideLevel(
  { id, conditions, facility, evidence: { facts } }: EvidenceQuestion,
  answer: Answer,
): void {
  const { minimumLevel } = conditions;
  if (minimumLevel === undefined) return;
  const { level, label } = assess(facts);
  if (reaches(level, minimumLevel)) return;
  const missed = unmetDemands(facts, minimumLevel);
  const lacking = missed.filter(({ waiver }) => waiver === null || !answer.waives(waiver, conditions));
  // An unknown level asks for nothing that could be missed, and is never reached.
  if (missed.length > 0 && lacking.length === 0) return;
  // An audit that does not count was told of with its own reason, which denies.
  if (lacking.length > 0 && !auditCounts(facility) && lacking.every(({ code }) => code === 'audit.absent'))
    return;
  const what = lacking.length === 0 ? '' : ` (${lacking.map(({ code }) => code).join(', ')})`;
  answer.deny(
    'device.level-too-low',
    `device:${id}`,
    `The device ${id} reaches ${label}; the licence asks for ${minimumLevel}${what}.`,
  );
}

function matchesNamed(matched: readonly string[], accepted: LicenceConditions['referenceSets']): boolean {
  if (accepted === 'not-required') return true;
  return accepted === 'any-approved' ? matched.length > 0 : matched.some((name) => accepted.includes(name));
}

type Shortfall = readonly [name: string, have: string, need: string];

function shortfalls(facts: Facts, minimum: LicenceConditions['minimumFacts']): Shortfall[] {
  const short: Shortfall[] = [];
  const compare = (name: string, order: readonly string[], have: string, need: string | undefined): void => {
    // An unknown value has index -1 and falls short of everything.
    if (need === undefined || (order.includes(need) && order.indexOf(have) >= order.indexOf(need))) return;
    short.push([name, have, need]);
  };
  compare('device', DEVICE_FACTS, facts.device, minimum?.device);
  compare('host', HOST_FACTS, facts.host, minimum?.host);
  return short;
}
