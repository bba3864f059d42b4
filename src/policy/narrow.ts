import type { Verdict } from '../protocol/decision.ts';
import type { Reason } from '../protocol/reason.ts';

/**
 * A verdict after somebody else had their say: a rule pack, the ledger. By construction no more permissive, so that whoever changes
 * those need not be trusted with what the gate holds against a request: reasons are only added, the end is the verdict's own or none,
 * and `allow` needs both. A reason about a device denies it in its row too.
 *
 * @param outcome where somebody may deny without a reason; else reasons alone deny
 */
export function narrow(
  verdict: Verdict,
  {
    outcome = 'allow',
    reasons,
  }: { readonly outcome?: 'allow' | 'deny'; readonly reasons: readonly Reason[] },
): Verdict {
  const allow = verdict.outcome === 'allow' && outcome === 'allow' && reasons.length === 0;
  return {
    outcome: allow ? 'allow' : 'deny',
    reasons: [...verdict.reasons, ...reasons],
    devices: narrowRows(verdict.devices, reasons),
    validUntil: allow ? verdict.validUntil : null,
  };
}

function narrowRows(rows: Verdict['devices'], reasons: readonly Reason[]): Verdict['devices'] {
  const bySubject = Map.groupBy(reasons, ({ subject }) => subject);
  if (!rows.some(({ id }) => bySubject.has(`device:${id}`))) return rows;
  return rows.map((row) => {
    const own = bySubject.get(`device:${row.id}`) ?? [];
    if (own.length === 0) return row;
    return { ...row, allowed: false, reasons: [...row.reasons, ...own.map(({ code }) => code)] };
  });
}
