import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startVerifier } from '../../../src/cli/serve/verifier.ts';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { describeWithPostgres, execute, newDatabase } from '../../postgres/shared.ts';

import { log, look, useMachine, wants } from './machine.ts';

const machine = useMachine();

describeWithPostgres('of PostgreSQL', () => {
  it('it is told whether it is reached, has the tables, and keeps what is committed', async () => {
    const database = await newDatabase();
    expect(await wants(machine, { database })).toEqual(['database.schema warning']);
    await (await openPostgresStore({ url: database })).close();
    const found = await look(machine, { database });
    expect(found.filter(({ mend }) => mend !== null)).toEqual([]);
    expect(found.find(({ id }) => id === 'database.durable')?.says).toContain('fsync');
    await execute(database, 'update log_head set high_water_ms = 99999999999999');
    expect(await wants(machine, { database })).toEqual(['clock.log problem']);
    await execute(database, `insert into schema_migration values (9999, '9999-newer', '00')`);
    expect(await wants(machine, { database })).toEqual(['database.schema problem']);
    expect(await wants(machine, { database: 'postgres://me:secret@127.0.0.1:9/none' })).toEqual([
      'database.reachable problem',
    ]);
  });
});

describe('while a verifier serves', () => {
  it('it is found ready, under its own address and no other one', async () => {
    const verifier = await startVerifier({ data: machine.data, host: '127.0.0.1', port: 0, log });
    onTestFinished(() => verifier.close());
    const port = new URL(verifier.url).port;
    const found = await look(machine, { port, publicUrl: verifier.url });
    expect(found.filter(({ mend }) => mend !== null)).toEqual([]);
    for (const id of ['ready', 'public-url'])
      expect(found.find((one) => one.id === id)).toMatchObject({ status: 'ok' });
    expect(await wants(machine, { port, publicUrl: machine.vendorUrl })).toEqual(['public-url problem']);
    expect(await wants(machine, { port, publicUrl: 'http://127.0.0.1:9' })).toEqual(['public-url warning']);
    expect(await wants(machine, { port, publicUrl: 'verifier.example' })).toEqual(['public-url problem']);

    const other = await startVerifier({
      data: join(machine.folder, 'other'),
      host: '127.0.0.1',
      port: 0,
      log,
    });
    onTestFinished(() => other.close());
    const elsewhere = (await look(machine, { port, publicUrl: other.url })).find(
      ({ id }) => id === 'public-url',
    );
    expect(elsewhere).toMatchObject({ status: 'problem', says: expect.stringContaining('another verifier') });
  });
});
