import type { HostChallenge } from '../../protocol/challenge.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import type { Context } from '../context.ts';
import type { HostPrincipal } from '../principal.ts';
import { presentIssued } from '../session/issue.ts';
import { pendingChallenge } from './pending.ts';

const LONGEST_S = 300;
const SHORTEST_S = 15;

/** How often hosts ask whether they are challenged: four times between two attestations, and every five minutes at least. */
export function askEverySeconds({ config }: Pick<Context, 'config'>): number {
  const quarter = Math.floor(config.attestationIntervalMs / 4000);
  return Math.min(LONGEST_S, Math.max(SHORTEST_S, quarter));
}

/** Whether a host is challenged: one read, which leaves no trace. A suspended one is not, for it may not answer. */
export async function askChallenge(context: Context, host: HostPrincipal): Promise<HostChallenge> {
  const now = context.clock();
  const pending = await context.store.read(async (view) => {
    const row = await view.first(hostRecord, { id: host.hostId });
    const isChallenged = row?.challenge_session_id != null && row.suspended_at_ms === null;
    return isChallenged ? pendingChallenge(view, host.hostId, now) : null;
  });
  return {
    session: pending === null ? null : presentIssued(context, host, pending),
    askAgainAfterSeconds: askEverySeconds(context),
  };
}
