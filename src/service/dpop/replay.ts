import { insertProof } from '../../store/attestation/proofs.ts';
import type { Tx } from '../../store/port.ts';
import { RequestError } from '../errors.ts';
import type { ProofUse } from '../principal.ts';

/**
 * Spends a proof in the unit of work of the act that it is for: both become durable together, so that a proof which was
 * captured on the way is good for nothing, before a crash of the verifier or after it. The schedule forgets it (forget.ts).
 *
 * @throws RequestError `dpop_replayed`
 */
export async function spendProof(tx: Tx, { digest, expiresAt }: ProofUse): Promise<void> {
  const fresh = await tx.run(insertProof, { digest, expiresAtMs: expiresAt.getTime() });
  if (fresh !== 1) {
    throw new RequestError('dpop_replayed', 'this DPoP proof was used before: make one for each request', {
      path: 'dpop.jti',
    });
  }
}
