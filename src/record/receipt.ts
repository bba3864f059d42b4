import { z } from 'zod';
import { formatInstant, parseInstant } from '../bytes/instant.ts';
import type { JsonValue } from '../bytes/json.ts';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import { receipt as receiptSchema } from '../protocol/receipt.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { RecordError } from './errors.ts';
import { verifyInclusion } from './inclusion.ts';
import { type Act, leafOf } from './leaf.ts';
import type { NoteVerifier } from './note.ts';

/** A receipt as it travels: see protocol/receipt.ts. */
export type Receipt = z.infer<typeof receiptSchema>;

/** What a receipt proves. */
export type ProvenAct = {
  readonly act: Act;
  readonly leafIndex: number;
  /** The tree in which the act's leaf stands. */
  readonly checkpoint: Checkpoint;
};

const actShape = z.strictObject({
  type: z.string(),
  at: z.string(),
  tenant: z.string(),
  body: z.record(z.string(), z.json()),
});

/** Puts a receipt together; nothing is checked here, {@link verifyReceipt} does. */
export function makeReceipt(
  act: Act,
  leafIndex: number,
  inclusionProof: readonly Uint8Array[],
  checkpoint: string,
): Receipt {
  return {
    leafIndex,
    act: { type: act.type, at: formatInstant(act.at), tenant: act.tenant, body: act.body },
    salt: toBase64Url(act.salt),
    inclusionProof: inclusionProof.map(toBase64Url),
    checkpoint,
  };
}

/**
 * Verifies that an act stands in a log, from the receipt alone: the checkpoint's signature, then the way from the act's
 * own bytes to the signed root.
 *
 * What remains unproven: that the log shows this tree to everybody (that takes witnesses or a comparison with another
 * party's checkpoint), and that what the act says is true: the log proves that the verifier said it, and when.
 *
 * @param receipt the JSON value as received
 * @param log the log's name and key, from a source other than the receipt
 * @throws RecordError `receipt_malformed`, `checkpoint_malformed`, `signature_absent`, `signature_invalid`,
 *   `origin_mismatch`, `index_out_of_range`, `proof_shape`, `root_mismatch`, `salt_length`
 * @throws FormatError where an instant, a salt or a hash is not in its one form
 */
export function verifyReceipt(receipt: unknown, log: NoteVerifier): ProvenAct {
  const outer = receiptSchema.safeParse(receipt);
  if (!outer.success) throw malformed(outer.error);
  const inner = actShape.safeParse(outer.data.act);
  if (!inner.success) throw malformed(inner.error);
  const { leafIndex, salt, inclusionProof, checkpoint: note } = outer.data;
  const { type, tenant, at } = inner.data;
  const body: { readonly [name: string]: JsonValue } = inner.data.body;
  const act = { type, tenant, at: parseInstant(at, 'act.at'), body, salt: fromBase64Url(salt, 'salt') };
  const checkpoint = verifyCheckpoint(note, log);
  verifyInclusion({
    index: leafIndex,
    size: checkpoint.size,
    leaf: leafOf(act),
    proof: inclusionProof.map((hash, place) => fromBase64Url(hash, `inclusionProof[${place}]`)),
    root: checkpoint.root,
  });
  return { act, leafIndex, checkpoint };
}

function malformed(error: z.ZodError): RecordError {
  const [issue] = error.issues;
  return new RecordError('receipt_malformed', issue?.message ?? 'not a receipt', {
    path: issue?.path.join('.') ?? '',
    cause: error,
  });
}
