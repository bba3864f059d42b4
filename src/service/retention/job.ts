import { z } from 'zod';
import { RETENTION_CLASSES, type RetentionClass } from '../../protocol/retention.ts';
import { purgeKeptActs } from '../../store/once/kept-acts.ts';
import type { Context } from '../context.ts';
import type { Job } from '../schedule/run.ts';
import { BEGINNING, type Cursor } from './classes/index.ts';
import { deleteBatch } from './delete.ts';
import { readHeld } from './held.ts';

/** Batches of one look: others' schedules have their turn between, and a look ends long before its lease. */
const BATCHES = 20;
/** Between batches, so that whoever waits to write comes first. */
const PAUSE_MS = 5;
/** After everything was looked through. */
const AGAIN_MS = 6 * 3_600_000;

/** Where a look ended: what was held back is not looked at again before the next time round. */
const place = z.strictObject({
  name: z.enum(RETENTION_CLASSES),
  after: z.strictObject({ ms: z.int(), id: z.string() }),
});
type Place = { readonly name: RetentionClass; readonly after: Cursor };

/**
 * Deletes what is old enough, batch by batch and class by class, as long as the look lasts; the next one goes on where it stopped. Nothing is
 * done twice, whoever else is at it: each batch finds out by itself what is there.
 */
export const deleteByRule: Job = async (context, { state }) => {
  let at: Place | null = placeOf(state);
  let held = await context.store.read(readHeld);
  for (let batch = 0; batch < BATCHES; batch++) {
    const { name, after }: Place = at;
    const outcome = await deleteBatch(context, { name, after, held });
    if (outcome.kind === 'held-otherwise') {
      held = await context.store.read(readHeld);
      continue;
    }
    at = outcome.next === null ? classAfter(name) : { name, after: outcome.next };
    if (at === null) break;
    if (outcome.count > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  const now = context.clock().getTime();
  if (at !== null) return { due: new Date(now), state: JSON.stringify(at) };
  await forget(context, now);
  await context.store.tend(new Date(now));
  return { due: new Date(now + AGAIN_MS), state: null };
};

function placeOf(state: string | null): Place {
  const read = state === null ? undefined : place.safeParse(JSON.parse(state)).data;
  return read ?? { name: RETENTION_CLASSES[0], after: BEGINNING };
}

function classAfter(name: RetentionClass): Place | null {
  const next = RETENTION_CLASSES[RETENTION_CLASSES.indexOf(name) + 1];
  return next === undefined ? null : { name: next, after: BEGINNING };
}

/** Kept answers end by themselves, as no act speaks of them; requests forget them now and then, and nobody may ask for long. */
async function forget({ store }: Context, nowMs: number): Promise<void> {
  await store.write(async (tx) => {
    await tx.run(purgeKeptActs, { nowMs });
  });
}
