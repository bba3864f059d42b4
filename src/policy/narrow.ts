import type { Verdict } from '../protocol/decision.ts';
import type { Reason } from '../protocol/reason.ts';

/**
 * A verdict with what others say against it: rule packs, the ledger. They can deny and nothing else, so that whoever
 * changes them need not be trusted with what the gate holds against a request.
 */
export function narrowed(verdict: Verdict, reasons: readonly Reason[]): Verdict {
  if (reasons.length === 0) return verdict;
  const bySubject = Map.groupBy(reasons, ({ subject }) => subject);
  return {
    outcome: 'deny',
    reasons: [...verdict.reasons, ...reasons],
    devices: verdict.devices.map((row) => {
      const own = bySubject.get(`device:${row.id}`) ?? [];
      if (own.length === 0) return row;
      return { ...row, allowed: false, reasons: [...row.reasons, ...own.map(({ code }) => code)] };
    }),
    validUntil: null,
  };
}
