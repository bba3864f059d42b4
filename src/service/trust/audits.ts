import type { FacilityAuditContent } from '../../protocol/facility-audit.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { EffectiveTrust } from './effective.ts';

/** What a facility's newest approved audit says, and until when; a signal of tampering has no end. */
export type AuditInForce = Pick<
  FacilityAuditContent,
  'auditedAt' | 'validUntil' | 'tamperSignal' | 'auditor' | 'auditorParty'
>;

const NONE: Facts['audit'] = { auditedAt: null, tamperSignal: false };

/** Whoever filed it aside (see location/counted-audit.ts), the fact `audit` of whatever stands at a facility, and when it ends; an audit that has ended is none, and neither is one that signals tampering, which remains. `changesAt`: when it is another, if trust stays. */
export function auditNow(
  { audits }: Pick<EffectiveTrust, 'audits'>,
  facilityId: string | null,
  at: Date,
): { readonly audit: Facts['audit']; readonly until: Date | null; readonly changesAt: Date | null } {
  const found = facilityId === null ? undefined : audits.get(facilityId);
  if (found === undefined) return { audit: NONE, until: null, changesAt: null };
  const { auditedAt, validUntil, tamperSignal } = found;
  // In force on one person's word, which takes trust away and gives none: whatever was audited before is not that any more.
  if (tamperSignal) return { audit: { auditedAt: null, tamperSignal }, until: null, changesAt: null };
  const [from, until] = [new Date(auditedAt), new Date(validUntil)];
  const holds = from <= at && at < until;
  return holds
    ? { audit: { auditedAt, tamperSignal }, until, changesAt: until }
    : { audit: { auditedAt: null, tamperSignal }, until: null, changesAt: at < from ? from : null };
}
