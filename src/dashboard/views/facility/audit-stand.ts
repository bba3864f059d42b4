/** What an audit says now: a signal of tampering says so from the moment that it was filed. */
export type AuditStand = 'counts' | 'tampered' | 'lapsed' | 'proposed' | 'ended';

type Filed = {
  readonly state: 'proposed' | 'effective' | 'superseded' | 'withdrawn' | 'refused';
  readonly content: { readonly [member: string]: unknown };
};

export function auditStandOf({ state, content }: Filed, now: Date): AuditStand {
  if (content['tamperSignal'] === true && (state === 'effective' || state === 'proposed')) return 'tampered';
  if (state === 'proposed') return 'proposed';
  if (state !== 'effective') return 'ended';
  // Written so that an end that cannot be read has passed.
  return Date.parse(String(content['validUntil'])) > now.getTime() ? 'counts' : 'lapsed';
}
