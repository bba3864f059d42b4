import type { Reason } from '../protocol/reason.ts';
import type { DeviceState, FacilityState, PartyState } from './inputs.ts';

/** More of a licence's devices than this that are missing suspend it. */
export const MAX_MISSING_PERCENT = 10;

/** An outage of the verifier itself: what became too old in it was nobody else's fault. */
export type VerifierOutage = { readonly from: Date; readonly until: Date };

/** What a licence is judged by anyway, and is no failure of its fleet. */
const NOT_OF_THE_FLEET: ReadonlySet<string> = new Set([
  'licence.not-yet-valid',
  'licence.expired',
  'licence.suspended',
  'licence.revoked',
  'evidence.from-the-future',
  // A pack that never decides about use was not chosen for it.
  'pack.action-not-decided',
]);

/** Whether a reason to deny is one to suspend. What the verifier could not find out is none. */
export function countsAgainstLicence({ code, kind }: Reason): boolean {
  return kind !== 'unavailable' && !NOT_OF_THE_FLEET.has(code);
}

/** What an end is looked up in. */
export type Endings = {
  readonly devices: ReadonlyMap<string, DeviceState>;
  readonly facilities: ReadonlyMap<string, FacilityState>;
  readonly parties: ReadonlyMap<string, PartyState>;
  readonly evidenceMaxAgeSeconds: number;
  readonly outage: VerifierOutage | null;
};

/**
 * When something that ended by itself did so; null for what began when it was noticed. Evidence that became too old while the
 * verifier could not be reached counts from when its hosts had had time to attest again.
 */
export function beganAt({ code, subject }: Reason, known: Endings): Date | null {
  const [, id = ''] = (subject ?? '').split(':');
  const evidence = known.devices.get(id)?.evidence ?? null;
  switch (code) {
    case 'evidence.stale':
      if (evidence === null) return null;
      return excused(
        new Date(evidence.nonceIssuedAt.getTime() + known.evidenceMaxAgeSeconds * 1000),
        known.outage,
      );
    case 'evidence.lapsed':
      return evidence?.validUntil ?? null;
    case 'device.place-lapsed':
      return evidence?.placeUntil ?? null;
    case 'device.audit-lapsed':
      return evidence?.auditUntil ?? null;
    case 'facility.authorisation-lapsed':
      return known.facilities.get(id)?.authorisedUntil ?? null;
    case 'party.screening-lapsed':
      return known.parties.get(id)?.clearUntil ?? null;
    case 'party.screening-outdated':
      return known.parties.get(id)?.graceUntil ?? null;
    default:
      return null;
  }
}

function excused(ended: Date, outage: VerifierOutage | null): Date {
  return outage !== null && ended >= outage.from && ended < outage.until ? outage.until : ended;
}
