import { backOverTime, overTime } from './units.ts';

/**
 * What a host may draw at most while its grants last. Nothing here is metered: chips compute at their peak from the first
 * moment to the last, whatever they do.
 */
export type Lease = {
  /** 10^12 operations a second. */
  readonly rateE12: number;
  /** What the newest payment paid for. */
  readonly paidFromMs: number;
  readonly paidUntilMs: number;
  /** When the last of its grants ends: nobody else draws on its devices before. */
  readonly heldUntilMs: number;
};

export type LeaseWish = {
  /** Whether the same devices are to be paid for by the same as in the lease before. */
  readonly sameTerms: boolean;
  readonly rateE12: number;
  /** From when to when the grant may be used. */
  readonly fromMs: number;
  readonly untilMs: number;
};

/** A lease after one more grant, and what that costs. */
export type Extension = { readonly lease: Lease; readonly debit: number };

/**
 * A grant that begins now, and what it costs: chips x peak x time, rounded up.
 *
 * One device draws on one grant at a time, so that a renewal on the same terms pays for the time that its predecessor did
 * not: the two together cost what one grant over all of it would. On other terms (another set of chips, another peak,
 * another payer) it pays in full, and nothing is given back for what it replaces.
 *
 * @throws LedgerError `ledger_overflow`, `ledger_not_whole`
 */
export function extendLease(lease: Lease | null, wish: LeaseWish): Extension {
  const { rateE12, fromMs, untilMs } = wish;
  const isRenewal = lease !== null && wish.sameTerms && lease.rateE12 === rateE12;
  const paidFromMs = isRenewal ? Math.max(fromMs, lease.paidUntilMs) : fromMs;
  if (isRenewal && untilMs <= paidFromMs) return { lease, debit: 0 };
  const debit = overTime(rateE12, Math.max(0, untilMs - paidFromMs));
  const heldUntilMs = Math.max(untilMs, lease?.heldUntilMs ?? 0);
  return { lease: { rateE12, paidFromMs, paidUntilMs: untilMs, heldUntilMs }, debit };
}

/** How long a revoked grant may still be honoured: by whoever read the status list just before, with a slow clock. */
export type RevocationDelay = { readonly statusTtlMs: number; readonly clockSkewMs: number };

/** A lease that ended before its time, and what is given back. */
export type Ending = { readonly lease: Lease; readonly credit: number };

/**
 * A lease all of whose grants were revoked. It ends when nobody can honour them any more, never earlier; what was paid for
 * the time after that is given back, rounded down, out of the newest payment alone.
 *
 * @throws LedgerError `ledger_not_whole`
 */
export function endLease(lease: Lease, revokedAtMs: number, delay: RevocationDelay): Ending {
  const endMs = revokedAtMs + delay.statusTtlMs + delay.clockSkewMs;
  const creditFromMs = Math.max(endMs, lease.paidFromMs);
  const credit = backOverTime(lease.rateE12, Math.max(0, lease.paidUntilMs - creditFromMs));
  const end = (ms: number): number => Math.min(ms, endMs);
  const { rateE12, paidFromMs, paidUntilMs, heldUntilMs } = lease;
  const ended = { paidFromMs: end(paidFromMs), paidUntilMs: end(paidUntilMs), heldUntilMs: end(heldUntilMs) };
  return { lease: { rateE12, ...ended }, credit };
}
