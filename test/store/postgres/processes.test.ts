import { describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { describeWithPostgres, newDatabase } from '../../postgres/shared.ts';
import { serviceStore } from '../temporary.ts';

describeWithPostgres('processes at a PostgreSQL database', () => {
  it('are counted while they hold connections to it, and not those at another', async () => {
    const [url, elsewhere] = [await newDatabase(), await newDatabase()];
    const first = await openPostgresStore({ url });
    const others = await openPostgresStore({ url: elsewhere });
    expect([await first.processes(), await others.processes()]).toEqual([1, 1]);
    const second = await openPostgresStore({ url });
    expect([await first.processes(), await second.processes()]).toEqual([2, 2]);
    await second.close();
    // The server forgets a connection a moment after it is closed.
    await expect.poll(() => first.processes(), { timeout: 30_000 }).toBe(1);
    await Promise.all([first.close(), others.close()]);
    await expect(first.processes()).rejects.toThrow();
  });
});

describe('the process on an embedded database', () => {
  it('is alone', async () => {
    const { store } = await serviceStore();
    expect(await store.processes()).toBe(1);
  });
});
