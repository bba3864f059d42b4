import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHead } from '../../../src/store/log/statements.ts';
import { openReadOnlyPostgres } from '../../../src/store/postgres/open-read-only.ts';
import { onPostgres } from '../../postgres/choice.ts';
import { describeWithPostgres, execute, newDatabase } from '../../postgres/shared.ts';
import { act } from '../../store/contract.ts';
import { noteStore } from '../../store/postgres/store.ts';
import { sextant } from '../in-process.ts';
import { makeStory } from './story.ts';

async function audit(...args: readonly string[]) {
  const { status, stdout, stderr } = await sextant('audit', ...args, '--json');
  if (stdout === '') throw new Error(stderr);
  const { found, holds, unchecked, source } = JSON.parse(stdout);
  const open = unchecked.map(({ what, count }: { what: string; count: number }) => `${what} ${count}`);
  return { status, codes: Object.keys(found).sort(), holds, open, source };
}

/** What was done to the database, and what must be said of it. */
const TABLE: readonly (readonly [string, readonly string[]])[] = [
  [`update decision set answer = replace(answer, '"allow"', '"deny"')`, ['decision.altered']],
  [`update appraisal set inputs = null`, ['inputs.absent']],
  [`update log_leaf set tenant = 'acmf' where leaf_index = 9`, ['log.leaf-altered']],
  [`delete from log_leaf where leaf_index = 10`, ['log.leaf-removed']],
];

describeWithPostgres('an audit of a PostgreSQL database', () => {
  it.skipIf(onPostgres)(
    'says what it says of the embedded one, and finds what was done to it',
    {
      timeout: 120_000,
    },
    async () => {
      const story = await makeStory();
      const { world, key, early, published, receipt } = story;
      const database = await newDatabase();
      const file = join(story.folder, 'exported');
      expect(await sextant('db', 'export', file, '--data', world.folder)).toMatchObject({ status: 0 });
      expect(await sextant('db', 'import', file, '--database', database)).toMatchObject({ status: 0 });
      const brought = ['--key', key, '--checkpoint', early, '--checkpoint', published, '--receipt', receipt];
      const { source, ...embedded } = await audit(world.folder, ...brought);
      const { source: shown, ...same } = await audit(database, ...brought);
      expect(same).toEqual(embedded);
      expect(same).toMatchObject({ status: 0, codes: [] });
      expect(shown).not.toContain('sextant@');
      const expected: string[] = [];
      for (const [tampering, codes] of TABLE) {
        await execute(database, tampering);
        expected.push(...codes);
        expect(await audit(database, ...brought)).toMatchObject({ status: 1, codes: expected.toSorted() });
      }
    },
  );

  it('is of one state, whatever is committed meanwhile, and writes nothing', async () => {
    const { store, url } = await noteStore();
    await store.write((tx) => tx.record(act('before')));
    const snapshot = await openReadOnlyPostgres(url);
    try {
      await store.write((tx) => tx.record(act('meanwhile')));
      const sizeIn = (from: typeof snapshot.read) =>
        from(async (view) => (await view.first(readHead, {}))?.size);
      expect(await sizeIn((work) => store.read(work))).toBe(2);
      expect(await sizeIn(snapshot.read)).toBe(1);
    } finally {
      await snapshot.close();
    }
  });

  it('is refused in words where there is none', async () => {
    const absent = await sextant('audit', 'postgres://nobody@127.0.0.1:1/nothing');
    expect(absent).toMatchObject({ status: 2 });
    expect(absent.stderr).toContain('store_unavailable');
    const none = await sextant('audit', 'postgres://localhost/');
    expect(none).toMatchObject({ status: 2 });
    expect(none.stderr).toContain('postgres://user@host');
  });
});
