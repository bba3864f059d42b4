import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Remembers a proof of possession; changes no row when it was used before. */
export const insertProof = statement((db, hole: Hole<{ digest: number; expiresAtMs: number }>) =>
  db
    .insertInto('dpop_proof')
    .values({ digest: hole('digest'), expires_at_ms: hole('expiresAtMs') })
    .onConflict((conflict) => conflict.column('digest').doNothing()),
);

/** Forgets the proofs whose `iat` no longer passes. */
export const purgeProofs = statement((db, hole: Hole<{ nowMs: number }>) =>
  db.deleteFrom('dpop_proof').where('expires_at_ms', '<', hole('nowMs')),
);
