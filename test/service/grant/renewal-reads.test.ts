import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/service/context.ts';
import { renewGrant } from '../../../src/service/grant/renew.ts';
import type { Statement, Store, Tx } from '../../../src/store/port.ts';
import { sqliteCompiler } from '../../../src/store/sqlite/dialect.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import { compileStatement } from '../../../src/store/statement.ts';
import { fillFleet, type LicensedHost } from '../../bench/gate/fleet.ts';
import { passHalfLease, renewAll } from '../../bench/gate/renewals.ts';
import { foundWorld, openWorld } from '../../bench/gate/world.ts';
import { temporaryFolder } from '../../store/temporary.ts';

type Tally = { statements: number; rows: number; asked: Set<Statement<never, unknown>> };

/** The store, with what units of work ask of it counted at the port. */
function counted(store: Store, tally: Tally): Store {
  const count = <T>(statement: unknown, rows: number, answer: T): T => {
    tally.asked.add(statement as Statement<never, unknown>); // whatever its parameters: it is only compiled again
    tally.statements += 1;
    tally.rows += rows;
    return answer;
  };
  const over = (tx: Tx): Tx => ({
    first: async (statement, params) => {
      const row = await tx.first(statement, params);
      return count(statement, row === undefined ? 0 : 1, row);
    },
    all: async (statement, params) => {
      const rows = await tx.all(statement, params);
      return count(statement, rows.length, rows);
    },
    run: async (statement, params) => {
      const changed = await tx.run(statement, params);
      return count(statement, changed, changed);
    },
    record: (act) => tx.record(act),
  });
  return {
    write: (work) => store.write((tx) => work(over(tx))),
    read: (work) => store.read(work),
    first: (statement, params) => store.first(statement, params),
    highWater: () => store.highWater(),
    ping: () => store.ping(),
    tend: (now) => store.tend(now),
    processes: () => store.processes(),
    close: () => store.close(),
  };
}

/** How SQLite goes about each statement, in its own words. */
function plansOf(folder: string, asked: Tally['asked']): string[] {
  const db = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true });
  try {
    return [...asked].flatMap((statement) => {
      const { sql, slots } = compileStatement(sqliteCompiler, statement);
      // SQLite would prepare it anew for each run, which costs four times what it does.
      expect(sql).not.toMatch(/limit \?/);
      const steps = db.prepare(`explain query plan ${sql}`).all(...slots.map(() => null));
      return steps.map(({ detail }) => String(detail));
    });
  } finally {
    db.close();
  }
}

type Size = { readonly devices: number; readonly devicesPerLicence: number };

/** What one renewal asks of the store in a register of that size, in which everybody has a grant that is due. */
async function costOfRenewal(
  size: Size,
): Promise<Omit<Tally, 'asked'> & { readonly plans: readonly string[] }> {
  const folder = temporaryFolder();
  const clock = { nowMs: Date.parse('2026-03-01T12:00:00.000Z') };
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, 1);
  await empty.close();
  const plan = { ...size, gpusPerHost: [2], maxClusterDevices: size.devices, keyed: null };
  const hosts = fillFleet(folder, foundation, { ...plan, at: new Date(clock.nowMs) });
  const world = await openWorld(folder, clock);
  try {
    await renewAll(world, hosts);
    passHalfLease(folder, world);
    const tallies: Tally[] = [];
    for (const host of hosts.slice(0, 3)) tallies.push(await costOf(world.context, host));
    // A draw of a place in the list of statuses may meet one that is taken, and is repeated.
    const least = tallies.reduce((one, other) => (other.statements < one.statements ? other : one));
    return { statements: least.statements, rows: least.rows, plans: plansOf(folder, least.asked) };
  } finally {
    await world.close();
  }
}

async function costOf(context: Context, { hostId, tenant, jkt, licenceId }: LicensedHost): Promise<Tally> {
  const tally: Tally = { statements: 0, rows: 0, asked: new Set() };
  const store = counted(context.store, tally);
  const digest = Number.parseInt(hostId.slice(-6), 36) * 512 + 1;
  const proof = { digest, expiresAt: new Date(context.clock().getTime() + 60_000) };
  const asked = { licenceId, listDevices: false };
  const { outcome } = await renewGrant({ ...context, store }, { hostId, tenant, jkt, proof }, asked);
  expect(outcome).toBe('granted');
  return tally;
}

describe('a renewal by one host', () => {
  it('asks as much of the store whatever its licence names, and whatever else is registered', async () => {
    const least = await costOfRenewal({ devices: 20, devicesPerLicence: 10 });
    expect(await costOfRenewal({ devices: 200, devicesPerLicence: 10 })).toEqual(least);
    expect(await costOfRenewal({ devices: 200, devicesPerLicence: 100 })).toEqual(least);
    // Two GPUs, and a month of daily sums in two accounts: nothing else comes by the dozen.
    expect(least.statements).toBeLessThan(26);
    expect(least.rows).toBeLessThan(140);
    // Rows that SQLite passes over count nowhere above: nothing is looked for by what many have in common.
    const walks = least.plans.filter((plan) => /^SCAN|device_(facility|tenant|party)\b/.test(plan));
    expect(walks).toEqual(['SCAN status_list']);
  }, 120_000);
});
