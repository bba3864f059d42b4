import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Remembers a proof of possession; changes no row when it was used before. */
export const insertProof = statement((db, hole: Hole<{ digest: number; expiresAtMs: number }>) =>
  db
    .insertInto('dpop_proof')
    .values({ digest: hole('digest'), expires_at_ms: hole('expiresAtMs') })
    .onConflict((conflict) => conflict.column('digest').doNothing()),
);

/** As many as others' writes may wait for. */
export const FORGOTTEN_AT_ONCE = 1_000;

/** Forgets proofs whose `iat` no longer passes, the oldest first. */
export const forgetProofs = statement((db, hole: Hole<{ nowMs: number }>) =>
  db
    .deleteFrom('dpop_proof')
    .where('digest', 'in', (row) =>
      row
        .selectFrom('dpop_proof as old')
        .select('old.digest')
        .where('old.expires_at_ms', '<', hole('nowMs'))
        .orderBy('old.expires_at_ms')
        .limit(FORGOTTEN_AT_ONCE),
    ),
);
