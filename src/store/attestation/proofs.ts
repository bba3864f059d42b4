import type { Statement } from '../port.ts';

/** Remembers a proof of possession; changes no row when it was used before. */
export const insertProof: Statement<{ digest: number; expiresAt: number }, unknown> = {
  build: (db, hole) =>
    db
      .insertInto('dpopProof')
      .values({ digest: hole('digest'), expiresAt: hole('expiresAt') })
      .onConflict((conflict) => conflict.column('digest').doNothing()),
};

/** Forgets the proofs whose `iat` no longer passes. */
export const purgeProofs: Statement<{ now: number }, unknown> = {
  build: (db, hole) => db.deleteFrom('dpopProof').where('expiresAt', '<', hole('now')),
};
