import { formatInstant } from '../../bytes/instant.ts';
import type { RetentionClass } from '../../protocol/retention.ts';
import { deletedItemsDigest, deletedItemsText } from '../../record/audit/deletion.ts';
import type { Tx } from '../../store/port.ts';
import { insertDeletedLeaf, insertDeletion } from '../../store/retention/deletions.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { AGED, type Candidate, type Cursor, heldBy } from './classes/index.ts';
import { type Held, stampOfHolds } from './held.ts';
import { keepDays, untilOf } from './rules.ts';

/** So many are looked at in one unit of work: others' writes wait for it. */
export const BATCH = 40;

export type Batch = {
  readonly name: RetentionClass;
  readonly after: Cursor;
  readonly held: Held;
};

export type Deleted =
  /** Somebody placed or lifted a hold meanwhile: read them again. */
  | { readonly kind: 'held-otherwise' }
  | {
      readonly kind: 'done';
      readonly count: number;
      /** Where the next batch begins; null once there is nothing more. */
      readonly next: Cursor | null;
    };

/**
 * Deletes one batch of a class, and writes down what, in one unit of work: what is old enough by the rules of this moment, what nobody needs and
 * nobody holds. What goes is listed, and the list's digest is in the act. A process that is killed leaves a batch done or not begun.
 */
export async function deleteBatch(context: Context, { name, after, held }: Batch): Promise<Deleted> {
  return context.store.write(async (tx) => {
    if ((await stampOfHolds(tx)) !== held.stamp) return { kind: 'held-otherwise' };
    const now = context.clock();
    const keep = keepDays((await effectiveTrust(context, tx)).retentionRules);
    const until = untilOf(keep, name, now);
    const found = await AGED[name](tx, { until, after, limit: BATCH, now });
    const going = found.filter((one) => one.neededBy === null && heldBy(one, held.touched) === null);
    if (going.length > 0) await remove(context, tx, { name, going, until, now, keep });
    const next = found.length < BATCH ? null : (found.at(-1)?.at ?? null);
    return { kind: 'done', count: going.length, next };
  });
}

type Removing = {
  readonly name: RetentionClass;
  readonly going: readonly Candidate[];
  readonly until: Date;
  readonly now: Date;
  readonly keep: ReturnType<typeof keepDays>;
};

async function remove(context: Context, tx: Tx, { name, going, until, now, keep }: Removing): Promise<void> {
  for (const one of going) await one.remove(tx);
  const gone = going.flatMap(({ items }) => items);
  const items = deletedItemsText(gone);
  const leafIndex = await recordAct(tx, context, {
    type: 'retention.deleted',
    at: now,
    tenant: VERIFIER_TENANT,
    body: {
      class: name,
      until: formatInstant(until),
      keepDays: keep.days[name],
      rules: [...keep.rules],
      count: going.length,
      itemsSha256: deletedItemsDigest(items),
    },
  });
  await tx.run(insertDeletion, {
    leaf_index: leafIndex,
    class: name,
    at_ms: now.getTime(),
    until_ms: until.getTime(),
    count: going.length,
    items,
  });
  for (const [, , leaf] of gone)
    if (leaf !== null) await tx.run(insertDeletedLeaf, { leaf_index: leaf, deletion: leafIndex });
}
