import type { DecidedDevice, Verdict } from '../protocol/decision.ts';
import { decideClusters } from './clusters.ts';
import { decideDevice } from './device.ts';
import type { DecisionInput } from './inputs.ts';
import type { LicenceConditions } from './licence.ts';
import { decideQuantities } from './named.ts';
import { type Deny, earliest, Reasons } from './reasons.ts';
import { byId, bySubject, decideStanding, readable } from './standing.ts';

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
  const { licence, purpose, at } = input;
  const reasons = new Reasons();
  const ends: Date[] = [];
  const devices = byId(readable(input.devices, 'devices', reasons.deny));
  const facilities = byId(readable(input.facilities, 'facilities', reasons.deny));
  const parties = byId(readable(input.parties, 'parties', reasons.deny));
  const latches = bySubject(readable(input.latches, 'latches', reasons.deny));

  decideStanding({ licence, parties, latches, purpose, at }, reasons.deny, ends);
  const common = [...ends];

  const rows: DecidedDevice[] = [];
  for (const id of devicesToDecide(input, reasons.deny)) {
    const device = devices.get(id);
    const result = decideDevice({ id, device, conditions: licence.conditions, facilities, latches, at });
    reasons.add(result.reasons);
    ends.push(...result.ends);
    rows.push({
      ...result.row,
      validUntil: result.row.allowed ? earliest([...common, ...result.ends]) : null,
    });
  }
  const decided = rows.flatMap(({ id }) => devices.get(id) ?? []);
  decideQuantities(licence, decided, reasons.deny);
  const clusters = readable(input.clusters, 'clusters', reasons.deny);
  decideClusters(licence, { devices: decided, clusters }, reasons.deny);
  const verdict = reasons.verdict(rows, ends);
  return rows.length > 0 ? verdict : { ...verdict, outcome: 'deny', validUntil: null };
}

/** A licence of ten thousand devices is not walked through for each of its hosts. */
const namedBy = new WeakMap<LicenceConditions, ReadonlySet<string>>();

function devicesNamedBy(conditions: LicenceConditions): ReadonlySet<string> {
  const known = namedBy.get(conditions) ?? new Set(conditions.devices);
  namedBy.set(conditions, known);
  return known;
}

function devicesToDecide({ licence, requested }: DecisionInput, deny: Deny): readonly string[] {
  const named = devicesNamedBy(licence.conditions);
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
