import type { Statement } from '../port.ts';

/** Remembers a proof of possession; changes no row when it was used before. */
export const insertProof: Statement<{ digest: number; expiresAtMs: number }, unknown> = {
  build: (db, hole) =>
    db
      .insertInto('dpop_proof')
      .values({ digest: hole('digest'), expires_at_ms: hole('expiresAtMs') })
      .onConflict((conflict) => conflict.column('digest').doNothing()),
};

/** Forgets the proofs whose `iat` no longer passes. */
export const purgeProofs: Statement<{ nowMs: number }, unknown> = {
  build: (db, hole) => db.deleteFrom('dpop_proof').where('expires_at_ms', '<', hole('nowMs')),
};
