import { challengeOfHost } from '../../store/challenges/statements.ts';
import type { View } from '../../store/port.ts';
import type { IssuedSession } from '../session/issue.ts';

/** The session that a host is challenged to answer, in a snapshot or unit of work of the caller's; null where there is none any more. */
export async function pendingChallenge(view: View, hostId: string, now: Date): Promise<IssuedSession | null> {
  const row = await view.first(challengeOfHost, { hostId });
  if (row === undefined || row.submitted_at_ms !== null || row.lapsed_at_ms !== null) return null;
  const { id, nonce, issued_at_ms: issuedAtMs, expires_at_ms: expiresAtMs } = row;
  return now.getTime() < expiresAtMs ? { id, nonce, issuedAtMs, expiresAtMs } : null;
}
