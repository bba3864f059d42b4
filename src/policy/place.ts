import { isBoundToHost } from '../appraisal/bound-to-host.ts';
import { reaches } from '../appraisal/levels.ts';
import type { Place } from '../protocol/facts.ts';
import type { Answer, EvidenceQuestion } from './answer.ts';
import type { DeviceEvidence } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';

type MinimumPlace = NonNullable<NonNullable<LicenceConditions['minimumFacts']>['place']>;

/**
 * What a licence asks of the place. A place that is proven to be forbidden denies whatever the licence asks; anything less
 * denies only where the licence rests on the place.
 */
export function decidePlace(question: EvidenceQuestion, answer: Answer): void {
  const { id, conditions, evidence } = question;
  const subject = `device:${id}`;
  const { verdict } = evidence.facts.place;
  if (verdict === 'proven-outside') {
    answer.deny('device.place-forbidden', subject, `The device ${id} is proven outside its authorised area.`);
  }
  if (verdict === 'inconsistent') {
    answer.deny(
      'device.place-inconsistent',
      subject,
      `The bounds on the place of ${id} contradict each other.`,
    );
  }
  const minimum = conditions.minimumFacts?.place;
  if (minimum !== undefined) decideMinimum(question, minimum, answer);
  decideEnds(question, answer);
}

/** The place by itself, then what could make it the place of something else: each weakness has its own name. */
function decideMinimum(
  { id, conditions, evidence: { facts } }: EvidenceQuestion,
  minimum: MinimumPlace,
  answer: Answer,
): void {
  const subject = `device:${id}`;
  const { place } = facts;
  const tolerated = toleratedAt(place, minimum.grade);
  if (place.verdict !== minimum.verdict || tolerated === null || !(tolerated >= minimum.f)) {
    answer.deny(
      'device.fact-too-low',
      subject,
      `The device ${id} has place ${shown(place)}; the licence asks for ${minimum.verdict}, grade ${minimum.grade}, f ${minimum.f}.`,
    );
  }
  if (place.keyCustody !== 'sealed' && !answer.waives('operator-extractable', conditions)) {
    answer.deny(
      'device.keys-extractable',
      subject,
      `Whoever owns the host of the device ${id} could carry its location key elsewhere.`,
    );
  }
  if (!isBoundToHost(facts) && !answer.waives('gpu-binding', conditions)) {
    answer.deny(
      'device.not-bound-to-host',
      subject,
      `The report of the device ${id} could have been relayed from a machine elsewhere.`,
    );
  }
}

/** The highest f of any grade that is at least as strong; null where none holds. */
function toleratedAt({ grade, toleratedLiars, byGrade }: Place, weakest: 'A' | 'B'): number | null {
  const proofs = byGrade ?? {
    A: grade === 'A' ? toleratedLiars : null,
    B: grade === 'B' ? toleratedLiars : null,
  };
  const counting = [proofs.A, weakest === 'B' ? proofs.B : null].filter((f) => f !== null);
  return counting.length === 0 ? null : Math.max(...counting);
}

function shown({ verdict, grade, toleratedLiars }: Place): string {
  return grade === null ? verdict : `${verdict} (grade ${grade}, f ${toleratedLiars})`;
}

/** An allow that rests on the place, or on the audit, ends with it. A proof without an end counts as ended. */
function decideEnds({ id, conditions, evidence, at }: EvidenceQuestion, answer: Answer): void {
  const level = conditions.minimumLevel ?? 'G0';
  const onPlace = reaches(level, 'G3') || conditions.minimumFacts?.place !== undefined;
  const { facts, placeUntil, auditUntil } = evidence;
  const lapsed = (until: DeviceEvidence['placeUntil']): boolean => {
    if (until !== null) answer.ends.push(until);
    // Written so that an invalid instant, which compares false with everything, denies.
    return until === null || !(at < until);
  };
  if (onPlace && facts.place.verdict === 'proven-inside' && lapsed(placeUntil)) {
    answer.deny('device.place-lapsed', `device:${id}`, `The proof of the place of ${id} has ended.`);
  }
  if (reaches(level, 'G4') && facts.audit.auditedAt !== null && lapsed(auditUntil)) {
    answer.deny(
      'device.audit-lapsed',
      `device:${id}`,
      `The audit of the facility of the device ${id} has ended.`,
    );
  }
}
