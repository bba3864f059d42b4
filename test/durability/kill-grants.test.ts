import { join } from 'node:path';
import { expect, it } from 'vitest';
import { computeOfLicence } from '../../src/ledger/index.ts';
import { leaseOf } from '../../src/store/ledger/leases.ts';
import { connectTo } from '../fleet/connection.ts';
import { openTestStore } from '../postgres/choice.ts';
import { expectBooksToAgree, taken } from '../service/ledger/books.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { type AskedUse, contradictions, examineGrants, useUntilGone } from './granted.ts';
import { licenseFleet, PEAK_E12 } from './licensed-fleet.ts';
import { spawnVerifier } from './verifier-process.ts';

const KILLS = Math.ceil(Number(process.env['SEXTANT_KILLS'] ?? 10) / 5);
const HOSTS = 2;
const GPUS = 2;
/** Answers before a kill, at most. */
const MOST_ANSWERS = 16;

it(`a verifier, killed ${KILLS} times while it grants, has lost no grant that it answered and was paid once for each`, {
  timeout: 120_000 + KILLS * 20_000,
}, async () => {
  const data = join(temporaryFolder(), 'data');
  const fleet = await licenseFleet(data, HOSTS, GPUS);
  const notes: AskedUse[] = [];
  let newest: AskedUse[] = [];
  let next = spawnVerifier(data);
  for (let kill = 0; kill <= KILLS; kill++) {
    const verifier = next;
    const connection = connectTo(await verifier.open());
    expect(await contradictions(connection, fleet, newest)).toEqual([]);
    if (kill === KILLS) {
      connection.close();
      expect(await verifier.stop()).toBe(0);
      break;
    }
    next = spawnVerifier(data);
    newest = [];
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    // Somewhere within a request, as often as not.
    let rest = 4 + Math.floor(Math.random() * MOST_ANSWERS);
    const load = fleet.hosts.map((host) =>
      useUntilGone({ connection, fleet, host }, newest, () => void (--rest <= 0 && setImmediate(resolve))),
    );
    await Promise.race([enough, ...load]);
    await verifier.kill();
    await Promise.all(load);
    connection.close();
    notes.push(...newest);
  }
  expect(notes.length).toBeGreaterThan(2 * KILLS);

  const store = await openTestStore({ folder: data });
  try {
    expect(await examineGrants(store, join(data, 'keys'), notes)).toEqual([]);
    await expectBooksToAgree(store);
    // Each host's leases follow each other without a gap, so that all of them cost what one would: any moment paid twice shows.
    let paidMs = 0;
    for (const { hostId } of fleet.hosts) {
      const lease = await store.first(leaseOf, { licenceId: fleet.licenceId, hostId });
      const first = notes.find(({ host }) => host.hostId === hostId)?.answer;
      paidMs += (lease?.paid_until_ms ?? 0) - Date.parse(first?.at ?? '');
    }
    const price = (GPUS * PEAK_E12 * paidMs) / 1000;
    const total = await store.read((view) => taken(view, computeOfLicence(fleet.licenceId).name));
    expect(total).toBeGreaterThanOrEqual(price);
    // Each payment is rounded up.
    expect(total).toBeLessThanOrEqual(price + notes.length);
  } finally {
    await store.close();
  }
});
