import type { ChipContestTable } from '../../store/attestation/tables.ts';
import type { ServiceConfig } from '../context.ts';
import { freshUntil } from '../session/pace.ts';

/** A host that answers with a chip, and to which nonce. */
export type Claimant = {
  readonly hostId: string;
  readonly nonceIssuedAt: Date;
  readonly at: Date;
};

/** Whoever proved the chip last: see store/attestation/chips.ts. */
export type Holder = {
  readonly host_id: string;
  readonly suspended_at_ms: number | null;
  readonly outcome: 'accepted' | 'refused' | null;
  readonly evidence_at_ms: number | null;
};

/**
 * Whether a chip that a host proves now is its own to prove. A chip is in one machine: where another host has freshly proven
 * it, the newcomer is refused (`contested`) and both are challenged. `contradicted` where both have answered that challenge
 * with this chip: no moved card and no lost answer explains it.
 *
 * @param contests open ones about this chip in which the host has a part
 */
export function seatOf(
  claimant: Claimant,
  holder: Holder | undefined,
  contests: readonly ChipContestTable[],
  config: ServiceConfig,
): 'free' | 'contested' | 'contradicted' {
  if (contests.some((contest) => contradicts(claimant, contest, config))) return 'contradicted';
  return holder !== undefined && holds(holder, claimant, config) ? 'contested' : 'free';
}

/** Whether the other side of a contest has shown the chip too, since both were challenged. */
export function contradicts(claimant: Claimant, contest: ChipContestTable, config: ServiceConfig): boolean {
  const other = contest.holder_id === claimant.hostId ? contest.newcomer_shown_ms : contest.holder_shown_ms;
  return answers(claimant, contest) && other !== null && isFresh(other, claimant.at, config);
}

/** Whether the nonce was issued after the challenge: what was on its way before proves nothing about both at once. */
export function answers({ nonceIssuedAt }: Claimant, { opened_at_ms }: ChipContestTable): boolean {
  return nonceIssuedAt.getTime() > opened_at_ms;
}

/** A refused, suspended or aged proof holds nothing. */
function holds(holder: Holder, { hostId, at }: Claimant, config: ServiceConfig): boolean {
  if (holder.host_id === hostId || holder.outcome !== 'accepted' || holder.suspended_at_ms !== null)
    return false;
  return holder.evidence_at_ms !== null && isFresh(holder.evidence_at_ms, at, config);
}

function isFresh(evidenceAtMs: number, at: Date, config: ServiceConfig): boolean {
  return at < freshUntil(new Date(evidenceAtMs), config);
}
