import { equalBytes } from '../bytes/equal.ts';
import { type Checkpoint, signCheckpoint } from '../record/checkpoint.ts';
import { consistencyProof } from '../record/consistency.ts';
import { type LogGrowth, makeGrowth } from '../record/growth.ts';
import { inclusionProof } from '../record/inclusion.ts';
import type { Act, ActBody } from '../record/leaf.ts';
import { rangeNodes, rootOf } from '../record/merkle.ts';
import { makeReceipt, type Receipt } from '../record/receipt.ts';
import { cosignaturesOf, lastCosignedBy } from '../store/log/cosignatures.ts';
import { NodeMemory } from '../store/log/nodes.ts';
import { logOrigins, readHead, readLeaf, readLeafInTree } from '../store/log/statements.ts';
import type { Store, View } from '../store/port.ts';
import type { Context } from './context.ts';
import { RequestError } from './errors.ts';
import type { Tree } from './publication/tree.ts';

/** What a receipt needs of the context. */
export type LogContext = {
  readonly store: Store;
  readonly keys: Pick<Context['keys'], 'log'>;
  readonly config: Pick<Context['config'], 'logOrigin'>;
  readonly publication?: Context['publication'];
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
  if (!Number.isSafeInteger(leafIndex) || leafIndex < 0) throw noLeaf(leafIndex);
  const { store } = context;
  const found = await store.first(readLeafInTree, { leafIndex });
  if (found === undefined) throw noLeaf(leafIndex);
  const { size, root } = found;
  // Durable nodes never change, so that they need not be of the same snapshot; most of them are in memory.
  const proof = await inclusionProof(leafIndex, size, (nodes) => memoryOf(store).readDurable(store, nodes));
  return makeReceipt(actOf(found), leafIndex, proof, await checkpointOf(context, { size, root }));
}

/**
 * The same against the newest checkpoint that so many witnesses cosigned, with their lines; {@link receiptFor} as long as none of those
 * reaches as far as the act: witnesses take a few seconds.
 *
 * @throws RequestError `not_found`; AvailabilityError `store_unavailable`
 */
export async function cosignedReceiptFor(
  context: LogContext,
  leafIndex: number,
  count: number,
): Promise<Receipt> {
  const memory = memoryOf(context.store);
  const origin = context.config.logOrigin;
  const found = await context.store.read(async (view) => {
    const tree = await view.first(lastCosignedBy, { origin, count });
    const leaf = await view.first(readLeaf, { leafIndex });
    const reaches = tree !== undefined && tree.size > leafIndex && (await isOfLog(context, view, tree));
    if (leaf === undefined || !reaches) return undefined;
    const proof = await inclusionProof(leafIndex, tree.size, (nodes) => memory.read(view, nodes));
    return { leaf, proof, cosigned: await withCosignatures(context, view, tree) };
  });
  if (found === undefined) return receiptFor(context, leafIndex);
  const { leaf, proof, cosigned } = found;
  return makeReceipt(actOf(leaf), leafIndex, proof, await noteOf(context, cosigned));
}

function noLeaf(leafIndex: number): RequestError {
  return new RequestError('not_found', `the log has no leaf ${leafIndex}`);
}

/** The newest durable checkpoint, signed, with what witnesses have signed of it by now. */
export async function latestCheckpoint(context: LogContext): Promise<string> {
  const newest = async (view: View) => withCosignatures(context, view, await headOf(view));
  return noteOf(context, await context.store.read(newest));
}

/**
 * The newest checkpoint that so many witnesses cosigned, with their lines: older than the newest by what the witnesses take.
 *
 * @throws RequestError `not_found` where there is none
 */
export async function cosignedCheckpoint(context: LogContext, count: number): Promise<string> {
  const origin = context.config.logOrigin;
  const cosigned = await context.store.read(async (view) => {
    const tree = await view.first(lastCosignedBy, { origin, count });
    // A log that was restored from a backup may not have the tree that was once cosigned, and must not sign it.
    if (tree !== undefined && (await isOfLog(context, view, tree)))
      return withCosignatures(context, view, tree);
    throw new RequestError('not_found', `no checkpoint has been cosigned by ${count} witnesses`);
  });
  return noteOf(context, cosigned);
}

/** A tree that is durable, and its checkpoint by the log alone. */
export type DurableTree = Tree & { readonly note: string };

/** The newest. */
export async function durableTree(context: LogContext): Promise<DurableTree> {
  const { size, root } = await context.store.read(headOf);
  return { size, root, note: await checkpointOf(context, { size, root }) };
}

/** @throws RecordError `index_out_of_range` */
export async function proveGrowth(
  { store }: Pick<LogContext, 'store'>,
  oldSize: number,
  newSize: number,
): Promise<Uint8Array[]> {
  return store.read((view) =>
    consistencyProof(oldSize, newSize, (nodes) => memoryOf(store).read(view, nodes)),
  );
}

/** A tree and what witnesses signed of its checkpoint. */
type Cosigned = Tree & { readonly lines: string };

async function withCosignatures({ config }: LogContext, view: View, { size, root }: Tree): Promise<Cosigned> {
  const rows = await view.all(cosignaturesOf, { origin: config.logOrigin, size, root });
  return { size, root, lines: rows.map(({ line }) => line).join('') };
}

/** Once the snapshot is closed: what is handed out is kept first, and that takes a while. */
async function noteOf(context: LogContext, { lines, ...tree }: Cosigned): Promise<string> {
  return (await checkpointOf(context, tree)) + lines;
}

async function isOfLog({ store }: LogContext, view: View, { size, root }: Tree): Promise<boolean> {
  if (size > (await headOf(view)).size) return false;
  const roots = await memoryOf(store).read(view, rangeNodes(size));
  return equalBytes(rootOf({ size, roots }), root);
}

async function headOf(view: View): Promise<Tree> {
  const head = await view.first(readHead, {});
  if (head === undefined) throw new RequestError('not_found', 'the log has no head');
  return head;
}

/**
 * That the log still begins with its first `oldSize` leaves as it did, against the newest durable checkpoint.
 *
 * @throws RequestError `not_found` where the log is smaller: whoever has a checkpoint of that size holds proof of a rollback
 */
export async function growthSince(context: LogContext, oldSize: number): Promise<LogGrowth> {
  const memory = memoryOf(context.store);
  const { proof, head } = await context.store.read(async (view) => {
    const tree = await headOf(view);
    if (oldSize > tree.size) throw new RequestError('not_found', `the log never had ${oldSize} leaves`);
    return {
      proof: await consistencyProof(oldSize, tree.size, (nodes) => memory.read(view, nodes)),
      head: await withCosignatures(context, view, tree),
    };
  });
  return makeGrowth(oldSize, proof, await noteOf(context, head));
}

/** Every act with which the log went on under another name, proven: anybody may read them. */
export async function originReceipts(context: LogContext): Promise<Receipt[]> {
  const rows = await context.store.read((view) => view.all(logOrigins, {}));
  return Promise.all(rows.map((row) => receiptFor(context, row.leaf_index)));
}

/** The proof that a leaf stands in a tree of so many, in a snapshot of the caller's. @throws RecordError `index_out_of_range` */
export function proveLeaf(
  { store }: Pick<LogContext, 'store'>,
  view: View,
  leafIndex: number,
  size: number,
): Promise<Uint8Array[]> {
  return inclusionProof(leafIndex, size, (nodes) => memoryOf(store).read(view, nodes));
}

/** The root of the tree of the first `size` leaves, in a snapshot of the caller's. @throws StoreError `log_inconsistent` */
export async function rootAt(
  { store }: Pick<LogContext, 'store'>,
  view: View,
  size: number,
): Promise<Uint8Array> {
  return rootOf({ size, roots: await memoryOf(store).read(view, rangeNodes(size)) });
}

/**
 * The checkpoint of a tree that is durable, by the log alone, once it may be handed out (publication/).
 *
 * @throws AvailabilityError `log_behind`, `checkpoint_unkept`
 */
export async function checkpointOf(context: LogContext, tree: Tree): Promise<string> {
  const note = signed(context, tree);
  await context.publication?.admit(tree, note);
  return note;
}

function signed({ keys, config }: LogContext, { size, root }: Tree): string {
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

type StoredLeaf = Pick<Act, 'type' | 'tenant' | 'salt'> & { readonly at_ms: number; readonly body: string };

function actOf({ type, tenant, salt, at_ms, body }: StoredLeaf): Act {
  return { type, tenant, salt, at: new Date(at_ms), body: bodyOf(body) };
}

/** What this store wrote as canonical JSON of an object. */
function bodyOf(text: string): ActBody {
  return JSON.parse(text) as ActBody; // `sealAct` serialised an object
}
