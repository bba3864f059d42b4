import { Answer, type DeviceAnswer } from './answer.ts';
import { decideAuditor, evidenceCounting } from './audit-standing.ts';
import { decideFacilityStanding } from './facility.ts';
import type { DeviceEvidence, DeviceState, FacilityState, LatchIndex } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import { decideNamed } from './named.ts';
import type { DecisionCode } from './reasons.ts';
import { decideStrength } from './strength.ts';

export type DeviceQuestion = {
  readonly id: string;
  /** undefined where the register does not know the device */
  readonly device: DeviceState | undefined;
  readonly conditions: LicenceConditions;
  readonly facilities: ReadonlyMap<string, FacilityState>;
  readonly latches: LatchIndex;
  readonly at: Date;
};

/** Everything that a licence asks of one device. */
export function decideDevice(question: DeviceQuestion): DeviceAnswer {
  const { id, device } = question;
  const answer = new Answer(id);
  if (device === undefined) {
    answer.deny('device.unknown', `device:${id}`, `Nothing is known of the device ${id}.`);
    return answer.done(null);
  }
  decideRegister(question, device, answer);
  decideNamed(device, question.conditions, answer);
  decideFacility(question, device, answer);
  decideLatches(question, device, answer);
  if (device.evidence === null) {
    answer.deny('evidence.absent', `device:${id}`, `There is no evidence of the device ${id}.`);
    return answer.done(null);
  }
  const facility = question.facilities.get(device.facilityId ?? '');
  decideAuditor(question.conditions, facility, answer.deny);
  const evidence = evidenceCounting(device.evidence, facility);
  decideFreshness(question, evidence, answer);
  decideStrength({ ...question, facility, evidence }, answer);
  return answer.done(evidence);
}

/** States in which evidence and the licence's minimum decide; no other may be used, whatever is proven. */
export const USABLE: ReadonlySet<string> = new Set(['declared', 'shipped', 'due', 'verified']);
const REFUSED: ReadonlyMap<string, DecisionCode> = new Map([
  ['missing', 'device.missing'],
  ['maintenance', 'device.in-maintenance'],
  ['returned', 'device.returned'],
  ['transferred', 'device.transferred'],
]);

function decideState({ id, lifecycle: state, usableUntil }: DeviceState, answer: Answer): void {
  if (usableUntil !== null) answer.ends.push(usableUntil);
  if (USABLE.has(state)) return;
  const code = REFUSED.get(state) ?? 'device.not-in-service';
  answer.deny(code, `device:${id}`, `The device ${id} is ${state}: in that state it may not be used.`);
}

function decideRegister({ id, conditions }: DeviceQuestion, device: DeviceState, answer: Answer): void {
  const subject = `device:${id}`;
  decideState(device, answer);
  if (device.hostId === null) {
    answer.deny('device.no-host', subject, `The device ${id} is assigned to no enrolled host.`);
  }
  if (device.modelDisagreement !== null) {
    answer.deny('device.model-disagrees', subject, `The device ${id} is ${device.modelDisagreement}.`);
  }
  answer.serialLink = device.serialLink;
  if (device.serialLinkUntil !== null) answer.ends.push(device.serialLinkUntil);
  if (device.serialLink === 'contradicted') {
    answer.deny(
      'device.serial-contradicted',
      subject,
      `Its manufacturer says that the chip which stands for the device ${id} is not the one of this serial number.`,
    );
    return;
  }
  const linked = device.serialLink === 'manufacturer-manifest' || device.serialLink === 'none';
  if (linked || answer.waives('operator-claimed-serial', conditions)) return;
  answer.deny(
    'device.serial-operator-claimed',
    subject,
    `Only its operator says that the device ${id} bears this serial number; another genuine chip could stand in.`,
  );
}

function decideFacility(
  { id, conditions, facilities, at }: DeviceQuestion,
  { facilityId }: DeviceState,
  answer: Answer,
): void {
  if (facilityId === null) {
    answer.deny('device.no-facility', `device:${id}`, `Nobody has said where the device ${id} stands.`);
    return;
  }
  if (!conditions.facilities.includes(facilityId)) {
    answer.deny(
      'device.facility-not-named',
      `device:${id}`,
      `The device ${id} stands at ${facilityId}, which the licence does not name.`,
    );
  }
  decideFacilityStanding(facilityId, facilities.get(facilityId), at, answer.deny, answer.ends);
}

const HELD = { device: 'device.held', host: 'host.held', facility: 'facility.held' } as const;

function decideLatches({ id, latches }: DeviceQuestion, device: DeviceState, answer: Answer): void {
  const holders = [
    ['device', id],
    ['host', device.hostId],
    ['facility', device.facilityId],
  ] as const;
  for (const [kind, holder] of holders) {
    for (const { sentence } of latches.get(`${kind}:${holder}`) ?? []) {
      answer.deny(HELD[kind], `${kind}:${holder}`, sentence);
    }
  }
}

function decideFreshness(
  { id, conditions, at }: DeviceQuestion,
  evidence: DeviceEvidence,
  answer: Answer,
): void {
  const subject = `device:${id}`;
  const { nonceIssuedAt, validUntil } = evidence;
  const expires = new Date(nonceIssuedAt.getTime() + conditions.evidenceMaxAgeSeconds * 1000);
  answer.evidenceExpiresAt = expires;
  answer.ends.push(expires);
  if (evidence.outcome !== 'accepted') {
    answer.deny('evidence.refused', subject, `The latest evidence of the device ${id} was refused.`);
  }
  // Written so that an invalid instant, which compares false with everything, denies.
  if (!(nonceIssuedAt <= at)) {
    answer.deny(
      'evidence.from-the-future',
      subject,
      `The nonce of the device ${id} was issued later than now.`,
    );
  }
  if (!(at < expires)) {
    answer.deny(
      'evidence.stale',
      subject,
      `The evidence of the device ${id} is older than ${conditions.evidenceMaxAgeSeconds} s.`,
    );
  }
  if (validUntil === null) return;
  answer.ends.push(validUntil);
  if (at < validUntil) return;
  answer.deny('evidence.lapsed', subject, `A key or certificate behind the evidence of ${id} has ended.`);
}
