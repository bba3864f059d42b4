import { formatInstant } from '../bytes/instant.ts';
import type { DecidedDevice, Verdict } from '../protocol/decision.ts';
import type { Reason } from '../protocol/reason.ts';
import { decideDevice } from './device.ts';
import type { DecisionInput, Latch, LatchIndex, LicenceState, PartyState, Readable } from './inputs.ts';
import { type Deny, denyReason } from './reasons.ts';

/** The rules below, by name and version: decisions cite them. */
export const GATE_POLICY = { name: 'sextant-gate', version: '1' } as const;

/**
 * May these devices be used under this licence, now?
 *
 * Allows only if no reason to deny was found, and at least one device was looked at. Collects every reason: whoever mends
 * one should not meet the next tomorrow. What is missing, stale, unknown or unreadable denies. On allow, `validUntil` is
 * the earliest end of anything that the answer rests on, and after `at`.
 */
export function decide(input: DecisionInput): Verdict {
  const { licence, at } = input;
  const reasons: Reason[] = [];
  const ends: Date[] = [];
  const deny: Deny = (code, subject, sentence) => {
    reasons.push(denyReason(code, subject, sentence));
  };

  if (Number.isNaN(at.getTime())) deny('input.no-instant', 'verifier:clock', 'The verifier has no time.');
  const devices = byId(readable(input.devices, 'devices', deny));
  const facilities = byId(readable(input.facilities, 'facilities', deny));
  const parties = byId(readable(input.parties, 'parties', deny));
  const latches = Map.groupBy(readable(input.latches, 'latches', deny), subjectOf);

  decideLicence(licence, at, deny, ends);
  decideParties(licence, parties, at, deny, ends);
  decideWholeLatches(licence, latches, deny);

  const rows: DecidedDevice[] = [];
  for (const id of devicesToDecide(input, deny)) {
    const device = devices.get(id);
    const result = decideDevice({ id, device, conditions: licence.conditions, facilities, latches, at });
    reasons.push(...result.reasons);
    ends.push(...result.ends);
    rows.push(result.row);
  }

  const allow = reasons.length === 0 && rows.length > 0;
  return {
    outcome: allow ? 'allow' : 'deny',
    reasons: unique(reasons),
    devices: rows,
    validUntil: allow ? formatInstant(earliest(ends)) : null,
  };
}

function readable<T>(input: Readable<T>, name: string, deny: Deny): readonly T[] {
  if (Array.isArray(input)) return input;
  deny('input.unavailable', `verifier:${name}`, `The verifier could not read ${name}.`);
  return [];
}

function decideLicence({ id, status, conditions }: LicenceState, at: Date, deny: Deny, ends: Date[]): void {
  const subject = `licence:${id}`;
  const [from, until] = [new Date(conditions.validFrom), new Date(conditions.validUntil)];
  // Comparisons are written so that an invalid instant, which compares false with everything, denies.
  if (!(at >= from)) deny('licence.not-yet-valid', subject, `The licence begins at ${conditions.validFrom}.`);
  if (!(at < until)) deny('licence.expired', subject, `The licence ended at ${conditions.validUntil}.`);
  if (status === 'revoked') deny('licence.revoked', subject, 'The licence is revoked.');
  else if (status !== 'active') deny('licence.suspended', subject, 'The licence is suspended.');
  ends.push(until);
}

function decideParties(
  { conditions }: LicenceState,
  parties: ReadonlyMap<string, PartyState>,
  at: Date,
  deny: Deny,
  ends: Date[],
): void {
  for (const id of conditions.parties) {
    const subject = `party:${id}`;
    const party = parties.get(id);
    if (party === undefined) {
      deny('party.unknown', subject, `The licence names the party ${id}, of which nothing is known.`);
    } else if (party.standing === 'denied') {
      deny('party.denied', subject, `The party ${id} is denied.`);
    } else if (party.standing !== 'clear') {
      deny('party.unscreened', subject, `The party ${id} has not been screened.`);
    } else if (party.clearUntil !== null) {
      if (!(at < party.clearUntil)) deny('party.screening-lapsed', subject, `The screening of ${id} lapsed.`);
      ends.push(party.clearUntil);
    }
  }
}

/** Latches on devices, hosts and facilities are judged with the devices that they hold. */
function decideWholeLatches({ id, conditions }: LicenceState, latches: LatchIndex, deny: Deny): void {
  for (const { sentence } of latches.get(`licence:${id}`) ?? []) {
    deny('licence.held', `licence:${id}`, sentence);
  }
  for (const party of conditions.parties) {
    for (const { sentence } of latches.get(`party:${party}`) ?? []) {
      deny('party.held', `party:${party}`, sentence);
    }
  }
}

function devicesToDecide({ licence, requested }: DecisionInput, deny: Deny): readonly string[] {
  const named = new Set(licence.conditions.devices);
  const subject = `licence:${licence.id}`;
  if (named.size === 0) deny('licence.no-devices', subject, 'The licence names no device.');
  if (requested === null) return [...named];
  if (requested.length === 0) deny('request.no-devices', subject, 'The request asks about no device.');
  const asked = [...new Set(requested)];
  for (const id of asked.filter((candidate) => !named.has(candidate))) {
    deny('request.device-not-named', `device:${id}`, `The licence does not name the device ${id}.`);
  }
  return asked.filter((id) => named.has(id));
}

function byId<T extends { readonly id: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((entry) => [entry.id, entry]));
}

function subjectOf({ subject }: Latch): string {
  return `${subject.kind}:${subject.id}`;
}

function earliest(ends: readonly Date[]): Date {
  return new Date(Math.min(...ends.map((end) => end.getTime())));
}

/** A facility or host that holds many devices gives its reason once; the devices' rows still each carry its code. */
function unique(reasons: readonly Reason[]): Reason[] {
  return [
    ...new Map(
      reasons.map((reason) => [`${reason.code} ${reason.subject} ${reason.sentence}`, reason]),
    ).values(),
  ];
}
