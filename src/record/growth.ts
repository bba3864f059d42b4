import type { z } from 'zod';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import { logGrowth } from '../protocol/log-growth.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { verifyConsistency } from './consistency.ts';
import { RecordError } from './errors.ts';
import type { NoteVerifier } from './note.ts';

/** Proof that a log only grew, as it travels: see protocol/log-growth.ts. */
export type LogGrowth = z.infer<typeof logGrowth>;

/** Puts the proof together; nothing is checked here, {@link verifyGrowth} does. */
export function makeGrowth(oldSize: number, proof: readonly Uint8Array[], checkpoint: string): LogGrowth {
  return { oldSize, consistencyProof: proof.map(toBase64Url), checkpoint };
}

/**
 * Verifies that a log begins as it did when its earlier checkpoint was signed, and answers the newer checkpoint: what to keep
 * in place of the earlier one. Two checkpoints that both verify and of which neither grows into the other are proof that the
 * log forked: keep both.
 *
 * What remains unproven: that others are shown this same log (compare, or ask for witnesses), and what its leaves say.
 *
 * @param growth the JSON value as received
 * @param before one that verified earlier
 * @param log the log's name and key, from a source other than the answer
 * @throws RecordError `growth_malformed`, `checkpoint_malformed`, `signature_absent`, `signature_invalid`,
 *   `origin_mismatch`, `index_out_of_range` where the log is now smaller, `proof_shape`, `root_mismatch`
 * @throws FormatError where a hash is not in its one form
 */
export function verifyGrowth(growth: unknown, before: Checkpoint, log: NoteVerifier): Checkpoint {
  const parsed = logGrowth.safeParse(growth);
  if (!parsed.success) throw malformed(parsed.error);
  const { oldSize, consistencyProof, checkpoint } = parsed.data;
  if (before.origin !== log.name) throw elsewhere('origin_mismatch', 'origin', log.name, before.origin);
  if (oldSize !== before.size)
    throw elsewhere('index_out_of_range', 'oldSize', String(before.size), String(oldSize));
  const now = verifyCheckpoint(checkpoint, log);
  verifyConsistency({
    oldSize,
    oldRoot: before.root,
    newSize: now.size,
    newRoot: now.root,
    proof: consistencyProof.map((hash, place) => fromBase64Url(hash, `consistencyProof[${place}]`)),
  });
  return now;
}

function elsewhere(
  code: 'origin_mismatch' | 'index_out_of_range',
  path: string,
  expected: string,
  actual: string,
): RecordError {
  return new RecordError(code, 'the proof is not about the earlier checkpoint', { path, expected, actual });
}

function malformed(error: z.ZodError): RecordError {
  const [issue] = error.issues;
  return new RecordError('growth_malformed', issue?.message ?? 'not a proof of growth', {
    path: issue?.path.join('.') ?? '',
    cause: error,
  });
}
