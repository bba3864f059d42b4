import { FORGOTTEN_AT_ONCE, forgetProofs } from '../../store/attestation/proofs.ts';
import type { Job } from '../schedule/run.ts';

/** A proof is good for two minutes at most: no more pile up than of four. */
const EVERY_MS = 60_000;

/** Verifiers on one database have clocks of their own: where this one's says that a proof has passed, another's may not yet. */
const CLOCKS_APART_MS = 60_000;

/** Units of work of one look: as many proofs as requests spend in a minute, and more. */
const BATCHES = 100;

/** Forgets spent proofs whose `iat` no longer passes by anybody's clock, some at a time, beside requests and not in them. */
export const forgetSpentProofs: Job = async ({ clock, store }) => {
  const nowMs = clock().getTime();
  for (let batch = 0; batch < BATCHES; batch++) {
    const forgotten = await store.write((tx) => tx.run(forgetProofs, { nowMs: nowMs - CLOCKS_APART_MS }));
    if (forgotten < FORGOTTEN_AT_ONCE) return { due: new Date(nowMs + EVERY_MS) };
  }
  return { due: new Date(nowMs) };
};
