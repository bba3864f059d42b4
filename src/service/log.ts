import { equalBytes } from '../bytes/equal.ts';
import { type Checkpoint, signCheckpoint } from '../record/checkpoint.ts';
import { consistencyProof } from '../record/consistency.ts';
import { type LogGrowth, makeGrowth } from '../record/growth.ts';
import { inclusionProof } from '../record/inclusion.ts';
import type { ActBody } from '../record/leaf.ts';
import { makeReceipt, type Receipt } from '../record/receipt.ts';
import { NodeMemory } from '../store/log/nodes.ts';
import { readHead, readLeaf } from '../store/log/statements.ts';
import type { Store } from '../store/port.ts';
import type { Context } from './context.ts';
import { RequestError } from './errors.ts';

/** What a receipt needs of the context. */
type LogContext = {
  readonly store: Store;
  readonly keys: Pick<Context['keys'], 'log'>;
  readonly config: Pick<Context['config'], 'logOrigin'>;
};

/** The newest checkpoint that a key signed. Acts that were committed together share it: a signature costs more than a receipt. */
const newest = new WeakMap<object, Checkpoint & { readonly note: string }>();

/** Durable nodes: the upper levels are in every proof. */
const memories = new WeakMap<Store, NodeMemory>();

/**
 * The receipt of an act, by the index that `Tx.record` answered, once its unit of work is committed. It is against the
 * newest durable tree: a root is signed only after what it covers can no longer be lost.
 *
 * Receipts show the act. Hand one only to the tenant whose act it is, and to auditors: the caller sees to that.
 *
 * @throws RequestError `not_found` where no durable leaf has that index
 * @throws AvailabilityError `store_unavailable`
 */
export async function receiptFor(context: LogContext, leafIndex: number): Promise<Receipt> {
  const memory = memoryOf(context.store);
  const found = await context.store.read(async (view) => {
    const head = await view.first(readHead, {});
    const leaf = await view.first(readLeaf, { leafIndex });
    if (head === undefined || leaf === undefined) return undefined;
    const proof = await inclusionProof(leafIndex, head.size, (nodes) => memory.read(view, nodes));
    return { head, leaf, proof };
  });
  if (found === undefined) throw new RequestError('not_found', `the log has no leaf ${leafIndex}`);
  const { head, leaf, proof } = found;
  const { type, tenant, salt } = leaf;
  const act = { type, tenant, salt, at: new Date(leaf.at_ms), body: bodyOf(leaf.body) };
  return makeReceipt(act, leafIndex, proof, checkpointOf(context, head.size, head.root));
}

/** The newest durable checkpoint, signed. */
export async function latestCheckpoint(context: LogContext): Promise<string> {
  const head = await context.store.first(readHead, {});
  if (head === undefined) throw new RequestError('not_found', 'the log has no head');
  return checkpointOf(context, head.size, head.root);
}

/**
 * That the log still begins with its first `oldSize` leaves as it did, against the newest durable checkpoint.
 *
 * @throws RequestError `not_found` where the log is smaller: whoever has a checkpoint of that size holds proof of a rollback
 */
export async function growthSince(context: LogContext, oldSize: number): Promise<LogGrowth> {
  const memory = memoryOf(context.store);
  return context.store.read(async (view) => {
    const head = await view.first(readHead, {});
    if (head === undefined || oldSize > head.size)
      throw new RequestError('not_found', `the log never had ${oldSize} leaves`);
    const proof = await consistencyProof(oldSize, head.size, (nodes) => memory.read(view, nodes));
    return makeGrowth(oldSize, proof, checkpointOf(context, head.size, head.root));
  });
}

function checkpointOf({ keys, config }: LogContext, size: number, root: Uint8Array): string {
  const origin = config.logOrigin;
  const known = newest.get(keys.log);
  if (known?.size === size && known.origin === origin && equalBytes(known.root, root)) return known.note;
  const { privateKey, publicKey } = keys.log;
  const note = signCheckpoint(size, root, { name: origin, privateKey, publicKey });
  // A read that began earlier may end later: an older tree must not push out the newer one's signature.
  if (known === undefined || known.size <= size) newest.set(keys.log, { origin, size, root, note });
  return note;
}

function memoryOf(store: Store): NodeMemory {
  const known = memories.get(store) ?? new NodeMemory();
  memories.set(store, known);
  return known;
}

/** What this store wrote as canonical JSON of an object. */
function bodyOf(text: string): ActBody {
  return JSON.parse(text) as ActBody; // `sealAct` serialised an object
}
