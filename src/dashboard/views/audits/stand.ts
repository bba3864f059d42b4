import type { FacilityAuditAnswer } from '../../../protocol/facility-audit.ts';

export type AuditStand = 'waiting' | 'valid' | 'ending' | 'tampered' | 'lapsed' | 'early' | 'ended';

/** So long before its end an audit should be followed by another. */
const ENDING_MS = 30 * 86_400_000;

type Told = Pick<FacilityAuditAnswer, 'state'> & {
  readonly content: Pick<FacilityAuditAnswer['content'], 'auditedAt' | 'validUntil' | 'tamperSignal'>;
};

/** Whether an audit counts at an instant, as the verifier has it: from its day to before its end, and a signal of tampering for good. */
export function standOfAudit({ state, content }: Told, now: Date): AuditStand {
  if (state === 'proposed') return 'waiting';
  if (state !== 'effective') return 'ended';
  if (content.tamperSignal) return 'tampered';
  const at = now.getTime();
  if (at < Date.parse(content.auditedAt)) return 'early';
  const leftMs = Date.parse(content.validUntil) - at;
  if (leftMs <= 0) return 'lapsed';
  return leftMs <= ENDING_MS ? 'ending' : 'valid';
}
