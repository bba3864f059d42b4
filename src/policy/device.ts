import { assess, reaches } from '../appraisal/levels.ts';
import { formatInstant } from '../bytes/instant.ts';
import type { DecidedDevice } from '../protocol/decision.ts';
import { DEVICE_FACTS, type Facts, HOST_FACTS, type Weakness } from '../protocol/facts.ts';
import type { Reason } from '../protocol/reason.ts';
import type { DeviceEvidence, DeviceState, FacilityState, LatchIndex } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import { type Deny, denyReason } from './reasons.ts';

export type DeviceQuestion = {
  readonly id: string;
  /** undefined where the register does not know the device */
  readonly device: DeviceState | undefined;
  readonly conditions: LicenceConditions;
  readonly facilities: ReadonlyMap<string, FacilityState>;
  readonly latches: LatchIndex;
  readonly at: Date;
};

export type DeviceAnswer = {
  readonly row: DecidedDevice;
  readonly reasons: readonly Reason[];
  /** When each thing ends that an allow would rest on. */
  readonly ends: readonly Date[];
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
  decideFacility(question, device, answer);
  decideLatches(question, device, answer);
  if (device.evidence === null) {
    answer.deny('evidence.absent', `device:${id}`, `There is no evidence of the device ${id}.`);
    return answer.done(null);
  }
  decideFreshness(question, device.evidence, answer);
  decideStrength(question, device.evidence, answer);
  return answer.done(device.evidence);
}

/** What was found so far of one device. */
class Answer {
  readonly #id: string;
  readonly #reasons: Reason[] = [];
  readonly #waived: Weakness[] = [];
  readonly ends: Date[] = [];
  evidenceExpiresAt: Date | null = null;

  constructor(id: string) {
    this.#id = id;
  }

  readonly deny: Deny = (code, subject, sentence) => {
    this.#reasons.push(denyReason(code, subject, sentence));
  };

  /** True if the licence accepts the weakness by name; the row then says so. */
  waives(weakness: Weakness, { waivers }: LicenceConditions): boolean {
    if (!waivers.includes(weakness)) return false;
    this.#waived.push(weakness);
    return true;
  }

  done(evidence: DeviceEvidence | null): DeviceAnswer {
    const assessed = evidence?.outcome === 'accepted' ? assess(evidence.facts) : null;
    return {
      reasons: this.#reasons,
      ends: this.ends,
      row: {
        id: this.#id,
        allowed: this.#reasons.length === 0,
        level: assessed?.level ?? null,
        label: assessed?.label ?? null,
        facts: assessed === null ? null : (evidence?.facts ?? null),
        waived: this.#waived,
        evidenceIssuedAt: shown(evidence?.nonceIssuedAt ?? null),
        evidenceExpiresAt: shown(this.evidenceExpiresAt),
        reasons: [...new Set(this.#reasons.map(({ code }) => code))],
      },
    };
  }
}

function shown(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : formatInstant(date);
}

function decideRegister({ id, conditions }: DeviceQuestion, device: DeviceState, answer: Answer): void {
  const subject = `device:${id}`;
  if (device.lifecycle !== 'in-service') {
    answer.deny('device.not-in-service', subject, `The device ${id} is ${device.lifecycle}, not in service.`);
  }
  if (device.hostId === null) {
    answer.deny('device.no-host', subject, `The device ${id} is assigned to no enrolled host.`);
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
  const subject = `facility:${facilityId}`;
  const facility = facilities.get(facilityId);
  if (facility === undefined) {
    answer.deny('facility.unknown', subject, `Nothing is known of the facility ${facilityId}.`);
  } else if (facility.authorisation === 'revoked') {
    answer.deny('facility.revoked', subject, `The facility ${facilityId} is no longer authorised.`);
  } else if (facility.authorisation !== 'authorised') {
    answer.deny('facility.not-authorised', subject, `The facility ${facilityId} is not authorised.`);
  } else if (facility.authorisedUntil !== null) {
    answer.ends.push(facility.authorisedUntil);
    if (at < facility.authorisedUntil) return;
    answer.deny('facility.authorisation-lapsed', subject, `The authorisation of ${facilityId} has ended.`);
  }
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

/** A refused appraisal proves no facts, so that none is compared. */
function decideStrength({ id, conditions }: DeviceQuestion, evidence: DeviceEvidence, answer: Answer): void {
  if (evidence.outcome !== 'accepted') return;
  const subject = `device:${id}`;
  const { facts, referenceSets } = evidence;
  const { label, level } = assess(facts);
  const { minimumLevel, minimumFacts } = conditions;
  if (minimumLevel !== undefined && !reaches(level, minimumLevel)) {
    answer.deny(
      'device.level-too-low',
      subject,
      `The device ${id} reaches ${label}; the licence asks for ${minimumLevel}.`,
    );
  }
  for (const [name, have, need] of shortfalls(facts, minimumFacts)) {
    answer.deny(
      'device.fact-too-low',
      subject,
      `The device ${id} has ${name} ${have}; the licence asks for ${need}.`,
    );
  }
  if (!matchesNamed(referenceSets, conditions.referenceSets)) {
    const named = [conditions.referenceSets].flat().join(', ');
    answer.deny(
      'host.reference-set-not-accepted',
      subject,
      `The host of the device ${id} matches no reference set that the licence accepts (${named}).`,
    );
  }
  if (facts.place.verdict === 'proven-outside') {
    answer.deny('device.place-forbidden', subject, `The device ${id} is proven outside its authorised area.`);
  }
  if (facts.place.verdict === 'inconsistent') {
    answer.deny(
      'device.place-inconsistent',
      subject,
      `The bounds on the place of ${id} contradict each other.`,
    );
  }
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
