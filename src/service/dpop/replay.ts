import { insertProof, purgeProofs } from '../../store/attestation/proofs.ts';
import type { Tx } from '../../store/port.ts';
import { RequestError } from '../errors.ts';
import type { ProofUse } from '../principal.ts';

/** One use in so many, by the proof's own hash, forgets what can no longer pass: no timer, and no state outside the store. */
const USES_BETWEEN_PURGES = 512;

/**
 * Spends a proof in the unit of work of the act that it is for: both become durable together, so that a proof which was
 * captured on the way is good for nothing, before a crash of the verifier or after it.
 *
 * @throws RequestError `dpop_replayed`
 */
export async function spendProof(tx: Tx, { digest, expiresAt }: ProofUse, now: Date): Promise<void> {
  const fresh = await tx.run(insertProof, { digest, expiresAtMs: expiresAt.getTime() });
  if (fresh !== 1) {
    throw new RequestError('dpop_replayed', 'this DPoP proof was used before: make one for each request', {
      path: 'dpop.jti',
    });
  }
  if (digest % USES_BETWEEN_PURGES === 0) await tx.run(purgeProofs, { nowMs: now.getTime() });
}
