import { equalBytes } from '../../bytes/equal.ts';
import { formatAddCheckpoint } from '../../record/add-checkpoint.ts';
import { type Cosignature, verifyCosignature } from '../../record/cosignature.ts';
import { RecordError } from '../../record/errors.ts';
import { dropCosignatures, insertCosignature, lastCosigned } from '../../store/log/cosignatures.ts';
import { readHead } from '../../store/log/statements.ts';
import { type DurableTree, durableTree, type LogContext, proveGrowth } from '../log.ts';
import type { AddCheckpoint, WitnessAnswer } from './add-checkpoint.ts';
import type { Witness } from './witness.ts';

/** How one witness was asked to cosign the newest checkpoint. All but the first two mean that it did not. */
export type WitnessOutcome =
  | { readonly kind: 'cosigned'; readonly size: number; readonly at: Date }
  /** It has cosigned all that there is. */
  | { readonly kind: 'current'; readonly size: number }
  /** No answer, or none that is whole: `why` is for the operator's log. */
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'refused'; readonly status: number }
  /** Its answer holds no cosignature of this checkpoint by the key that was configured. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** It has cosigned more leaves than the log has: a backup was restored behind a published checkpoint. */
  | { readonly kind: 'ahead'; readonly witnessed: number; readonly size: number }
  /** What it cosigned is no beginning of this log: the log forked, or somebody signs with its key. */
  | { readonly kind: 'contradicted'; readonly status: number };

/** What a witness said of smaller trees is kept so long. */
const KEPT_MS = 7 * 86_400_000;

/**
 * Asks a witness to cosign the newest durable checkpoint and keeps what it signs, once it is verified. Nobody waits for it: acts
 * are acknowledged before.
 *
 * @param when `always`: also where it has cosigned all that there is, as far as we remember; its own memory was not restored from a backup
 * @throws AvailabilityError `store_unavailable`
 */
export async function askWitness(
  context: LogContext,
  witness: Witness,
  add: AddCheckpoint,
  when: 'grown' | 'always' = 'grown',
): Promise<WitnessOutcome> {
  const origin = context.config.logOrigin;
  const tree = await durableTree(context);
  const last = await context.store.first(lastCosigned, { origin, witness: witness.key });
  const isCosigned = last !== undefined && last.size === tree.size && equalBytes(last.root, tree.root);
  if (when === 'grown' && (tree.size === 0 || isCosigned)) return { kind: 'current', size: tree.size };
  const answer = await submit(context, witness, add, tree, last?.size ?? 0);
  // An empty log is no other than anybody's: a witness that likes none has said nothing of its own.
  if (answer.kind === 'contradicted' && tree.size === 0) return { kind: 'refused', status: answer.status };
  if (answer.kind !== 'signed') return answer;
  const cosignature = readCosignature(tree.note, answer.lines, witness);
  if ('why' in cosignature) return { kind: 'invalid', why: cosignature.why };
  const { at, line } = cosignature;
  const key = { origin, witness: witness.key, size: tree.size };
  await context.store.write(async (tx) => {
    await tx.run(insertCosignature, { ...key, root: tree.root, at_ms: at.getTime(), line });
    await tx.run(dropCosignatures, { ...key, beforeMs: at.getTime() - KEPT_MS });
  });
  return { kind: 'cosigned', size: tree.size, at };
}

type Signed = Extract<WitnessAnswer, { readonly kind: 'signed' }>;

/** One request, and another where the witness says that it stands elsewhere than we remember. */
async function submit(
  context: LogContext,
  witness: Witness,
  add: AddCheckpoint,
  tree: DurableTree,
  remembered: number,
): Promise<Signed | WitnessOutcome> {
  // What we remember may be of a log that was since restored from a backup.
  const from = remembered <= tree.size ? remembered : 0;
  const first = await send(context, witness, add, tree, from);
  if (first.kind !== 'conflict') return first;
  if (first.size > tree.size) return aheadOf(context, first.size);
  // It stands where we said that it does, so what it does not like is the root.
  if (first.size === from) return { kind: 'contradicted', status: 409 };
  const second = await send(context, witness, add, tree, first.size);
  // It told us its size and takes it for another now: somebody else submits, or it does not keep to the protocol.
  if (second.kind !== 'conflict') return second;
  return { kind: second.size === first.size ? 'contradicted' : 'refused', status: 409 };
}

/** Another verifier on this database may have shown it more meanwhile: that is durable here before it is sent. */
async function aheadOf({ store }: LogContext, witnessed: number): Promise<WitnessOutcome> {
  const size = (await store.first(readHead, {}))?.size ?? 0;
  return size < witnessed ? { kind: 'ahead', witnessed, size } : { kind: 'refused', status: 409 };
}

async function send(
  context: LogContext,
  witness: Witness,
  add: AddCheckpoint,
  tree: DurableTree,
  oldSize: number,
): Promise<WitnessAnswer | Extract<WitnessOutcome, { readonly kind: 'unreachable' }>> {
  const proof = await proveGrowth(context, oldSize, tree.size);
  try {
    return await add(witness.url, formatAddCheckpoint(oldSize, proof, tree.note));
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return { kind: 'unreachable', why: `${error}${cause}` };
  }
}

/**
 * The configured key's line alone: whatever else the answer holds is not passed on. It is verified as it will be shown: an answer with
 * an empty line of its own would make the checkpoint a part of another text, and its signature one that condemns ours.
 */
function readCosignature(
  note: string,
  lines: string,
  witness: Witness,
): Cosignature | { readonly why: string } {
  try {
    const { line } = verifyCosignature(note + lines, witness.verifier);
    return verifyCosignature(note + line, witness.verifier);
  } catch (error) {
    if (error instanceof RecordError) return { why: `${error.code}: ${error.message}` };
    throw error;
  }
}
