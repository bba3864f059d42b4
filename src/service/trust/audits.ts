import type { FacilityAuditContent } from '../../protocol/facility-audit.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { EffectiveTrust } from './effective.ts';

/** What a facility's newest approved audit says, and until when; a signal of tampering has no end. */
export type AuditInForce = Pick<FacilityAuditContent, 'auditedAt' | 'validUntil' | 'tamperSignal'>;

const NONE: Facts['audit'] = { auditedAt: null, tamperSignal: false };

/** The fact `audit` of whatever stands at a facility, and when it ends; an audit that has ended is none, a signal remains. */
export function auditNow(
  { audits }: Pick<EffectiveTrust, 'audits'>,
  facilityId: string | null,
  at: Date,
): { readonly audit: Facts['audit']; readonly until: Date | null } {
  const found = facilityId === null ? undefined : audits.get(facilityId);
  if (found === undefined) return { audit: NONE, until: null };
  const { auditedAt, validUntil, tamperSignal } = found;
  const [from, until] = [new Date(auditedAt), new Date(validUntil)];
  const holds = from <= at && at < until;
  return holds
    ? { audit: { auditedAt, tamperSignal }, until }
    : { audit: { auditedAt: null, tamperSignal }, until: null };
}
