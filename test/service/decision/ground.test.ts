import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ground, groundOf } from '../../../src/service/decision/ground.ts';
import { openHolds } from '../../../src/service/decision/open-holds.ts';
import type { Hole, Statement, View } from '../../../src/store/port.ts';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { gateStamp } from '../../../src/store/registry/gate-stamp.ts';
import { sqliteCompiler } from '../../../src/store/sqlite/dialect.ts';
import { DATABASE_FILE } from '../../../src/store/sqlite/open.ts';
import { compileStatement, statement } from '../../../src/store/statement.ts';
import { fillFleet } from '../../bench/gate/fleet.ts';
import { foundWorld, type GateWorld, openWorld } from '../../bench/gate/world.ts';
import { describeWithPostgres, execute, newDatabase } from '../../postgres/shared.ts';

const AT = Date.parse('2026-03-01T12:00:00.000Z');

/** A facility's periods are asked for where it has several. */
const TABLES = [
  'facility',
  'facility_period',
  'incident',
  'incident_licence',
  'know_your_customer',
  'latch',
  'licence',
  'party',
  'screening_list',
];

/** Tables that a ground is read of, by the statements that read it. */
const tables = new Set<string>();
let world: GateWorld;
let folder: string;
let database: DatabaseSync;
let licenceId: string;

function noting(view: View): View {
  const note = (asked: unknown): void => {
    const { sql } = compileStatement(sqliteCompiler, asked as Statement<never, unknown>); // only compiled again
    for (const [, table = ''] of sql.matchAll(/(?:from|join) "(\w+)"/g)) tables.add(table);
  };
  return {
    first: (asked, params) => {
      note(asked);
      return view.first(asked, params);
    },
    all: (asked, params) => {
      note(asked);
      return view.all(asked, params);
    },
  };
}

const ground = (atMs = AT): Promise<Ground | undefined> =>
  world.context.store.read((view) => groundOf(view, licenceId, new Date(atMs)));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-ground-'));
  const clock = { nowMs: AT };
  const empty = await openWorld(folder, clock);
  const foundation = await foundWorld(empty.context, 1);
  await empty.close();
  const plan = { devices: 4, devicesPerLicence: 4, gpusPerHost: [2], keyed: null, at: new Date(AT) };
  licenceId = fillFleet(folder, foundation, plan)[0]?.licenceId ?? '';
  world = await openWorld(folder, clock);
  database = new DatabaseSync(join(folder, DATABASE_FILE));
  database.exec('pragma foreign_keys = off');
  await world.context.store.read(async (view) => {
    const cold = await groundOf(noting(view), licenceId, new Date(AT));
    await openHolds(noting(view), cold?.stamp ?? '');
  });
  tables.delete('gate_stamp');
});

afterAll(async () => {
  database.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

/** A row of a table, whatever it means, where it has none. */
function fill(table: string): void {
  const columns = database.prepare('select name, type from pragma_table_info(?)').all(table);
  const values = columns.map(({ type }) =>
    type === 'INTEGER' ? 1 : type === 'BLOB' ? new Uint8Array(1) : '{}',
  );
  const names = columns.map(({ name }) => name).join(', ');
  database
    .prepare(`insert into ${table} (${names}) values (${columns.map(() => '?').join(', ')})`)
    .run(...values);
}

async function expectAnewAfter(what: string, change: () => void): Promise<void> {
  const before = await ground();
  expect(await ground(), what).toBe(before);
  change();
  expect(await ground(), what).not.toBe(before);
}

describe('the ground of decisions', () => {
  it('is read of tables, each write to which has it read anew, whoever writes', async () => {
    expect([...tables].sort()).toEqual(TABLES.filter((table) => table !== 'facility_period'));
    for (const table of TABLES) {
      const columns = database.prepare('select name from pragma_table_info(?)').all(table);
      const isEmpty = database.prepare(`select 1 from ${table}`).get() === undefined;
      if (isEmpty) await expectAnewAfter(`insert into ${table}`, () => fill(table));
      for (const { name } of columns) {
        await expectAnewAfter(`${table}.${name}`, () =>
          database.exec(`update ${table} set ${name} = ${name}`),
        );
      }
      database.exec(`create temp table kept as select * from ${table}`);
      await expectAnewAfter(`delete from ${table}`, () => database.exec(`delete from ${table}`));
      if (!isEmpty) {
        const again = `insert into ${table} select * from kept`;
        await expectAnewAfter(again, () => database.exec(again));
      }
      database.exec('drop table kept');
    }
  });

  it('is what the tables say after a write', async () => {
    expect((await ground())?.licence.status).toBe('active');
    database.exec("update licence set status = 'suspended'");
    expect((await ground())?.licence.status).toBe('suspended');
    database.exec("update licence set status = 'active'");
    database.exec("update party set standing = 'denied' where ultimate_parent_id is null");
    expect((await ground())?.parties.map(({ standing }) => standing)).toContain('denied');
    database.exec("update party set standing = 'clear'");
    expect((await ground())?.parties.map(({ standing }) => standing)).not.toContain('denied');
  });

  it('is read anew when a period of a facility begins', async () => {
    for (const [order, fromMs, tier] of [
      [1, AT - 9, 'tier-1'],
      [2, AT + 1000, 'denied'],
    ]) {
      database.exec(`insert into facility_period
        (id, facility_id, from_ms, until_ms, tier, government_agreement, decided_by, decided_at_ms, reason, withdrawn_at_ms, leaf_index)
        select '${order}' || id, id, ${fromMs}, null, '${tier}', 0, 'a', 1, 'r', null, ${order} from facility`);
    }
    database.exec('update facility set period_count = 2');
    expect((await ground())?.facilities.map(({ tier }) => tier)).toEqual(['tier-1']);
    expect((await ground(AT + 999))?.facilities.map(({ tier }) => tier)).toEqual(['tier-1']);
    expect((await ground(AT + 1000))?.facilities.map(({ tier }) => tier)).toEqual(['denied']);
    // A clock that went back is no reason to know what is to come.
    expect((await ground(AT + 999))?.facilities.map(({ tier }) => tier)).toEqual(['tier-1']);
  });

  it("of a unit of work that was taken back is nobody else's", async () => {
    const { store } = world.context;
    const deny = statement((db, hole: Hole<{ word: string }>) =>
      db.updateTable('party').set({ standing: hole('word') }),
    );
    const seen: (Ground | undefined)[] = [];
    const unit = store.write(async (tx) => {
      await tx.run(deny, { word: 'denied' });
      seen.push(await groundOf(tx, licenceId, new Date(AT)));
      throw new TypeError('taken back');
    });
    await expect(unit).rejects.toThrow('taken back');
    expect(seen[0]?.parties[0]?.standing).toBe('denied');
    expect((await ground())?.parties[0]?.standing).toBe('clear');
  });

  it('is not changed by whoever reads it', async () => {
    const found = await ground();
    expect(Object.isFrozen(found?.parties[0])).toBe(true);
    expect(Object.isFrozen(found?.facilities[0])).toBe(true);
    expect(Object.isFrozen(found?.told.consignee)).toBe(true);
  });
});

describeWithPostgres('the stamp of the gate on PostgreSQL', () => {
  it('is another after every write to any of these tables, and is drawn by each database', async () => {
    const url = await newDatabase();
    const store = await openPostgresStore({ url });
    const stamp = async () => (await store.first(gateStamp, {}))?.stamp;
    for (const table of TABLES) {
      for (const write of [`delete from ${table} where false`, `truncate ${table} cascade`]) {
        const before = await stamp();
        await execute(url, write);
        expect(await stamp(), write).not.toBe(before);
      }
    }
    await store.close();
  });
});
