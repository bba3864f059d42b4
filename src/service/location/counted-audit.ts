import { StoreError } from '../../store/errors.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { gateStamp } from '../../store/registry/gate-stamp.ts';
import type { AtOnce } from '../at-once.ts';
import { independenceOf, ofFacility } from '../registry/independence.ts';
import { type AuditInForce, auditNow } from '../trust/audits.ts';
import type { EffectiveTrust } from '../trust/effective.ts';

type Kept = { readonly stamp: string; readonly audit: AuditInForce; readonly counts: boolean };

/** By facility, as it was found. */
const kept = new Map<string, Kept>();
const MAX_KEPT = 10_000;

/**
 * The fact `audit` of whatever stands at a facility, as {@link auditNow} has it, where the auditor is shown to be related to neither its exporter
 * nor its operator; else there is none, and a signal of tampering stays. What a licence's parties have to do with the auditor is asked
 * when something is decided under it.
 */
export function countedAudit(
  view: View,
  trust: EffectiveTrust,
  facilityId: string | null,
  at: Date,
): AtOnce<ReturnType<typeof auditNow>> {
  const now = auditNow(trust, facilityId, at);
  return facilityId === null || now.audit.auditedAt === null
    ? now
    : ifIndependent(view, trust, facilityId, now);
}

async function ifIndependent(
  view: View,
  trust: EffectiveTrust,
  facilityId: string,
  now: ReturnType<typeof auditNow>,
): Promise<ReturnType<typeof auditNow>> {
  if (await isIndependent(view, trust, facilityId)) return now;
  return { ...now, audit: { ...now.audit, auditedAt: null }, until: null };
}

async function isIndependent(view: View, { audits }: EffectiveTrust, facilityId: string): Promise<boolean> {
  const audit = audits.get(facilityId);
  if (audit === undefined) return false;
  const stamp = (await view.first(gateStamp, {}))?.stamp;
  if (stamp === undefined) throw new StoreError('log_inconsistent', 'the stamp of the gate is missing');
  const known = kept.get(facilityId);
  if (known?.stamp === stamp && known.audit === audit) return known.counts;
  const facility = await view.first(facilityById, { id: facilityId });
  if (facility === undefined) return false;
  const { standing } = await independenceOf(view, audit, ofFacility(facility));
  const counts = standing === 'independent';
  kept.delete(facilityId);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
  kept.set(facilityId, { stamp, audit, counts });
  return counts;
}
