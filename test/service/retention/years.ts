import type { Principal } from '../../../src/service/principal.ts';
import type { Hole, Store } from '../../../src/store/port.ts';
import { statement } from '../../../src/store/statement.ts';
import { attest } from '../attestation/agent.ts';
import { type Licensed, makeLicensed } from '../events/licensed.ts';

/** A host with evidence, a decision and a grant that are old enough to go, and newer ones of each that stay. */
export async function aged(
  config: Parameters<typeof makeLicensed>[1] = {},
): Promise<Licensed & { readonly auditor: Principal }> {
  const licensed = await makeLicensed({ leaseSeconds: 600 }, config);
  const { world, host, licenceId, post } = licensed;
  await post('/v1/decisions', { licenceId });
  world.pass(DAY_MS);
  await attest(world, host);
  await post('/v1/decisions', { licenceId });
  world.pass(2_000 * DAY_MS);
  return { ...licensed, auditor: world.people.auditor.principal };
}

export const DAY_MS = 86_400_000;

const COUNTED = [
  'appraisal',
  'evidence',
  'session',
  'document',
  'decision',
  'decision_input',
  'licence_grant',
  'event',
  'deletion',
] as const;
type Counted = (typeof COUNTED)[number];

/** Rows of tables that rules empty. */
export async function rowsLeft(store: Store): Promise<{ readonly [T in Counted]: number }> {
  const counts: Partial<Record<Counted, number>> = {};
  for (const table of COUNTED) {
    const count = statement((db, _: Hole<Record<never, never>>) =>
      db.selectFrom(table).select((row) => row.fn.countAll<number>().as('count')),
    );
    counts[table] = Number((await store.first(count, {}))?.count ?? 0);
  }
  return counts as Record<Counted, number>; // each was counted
}
