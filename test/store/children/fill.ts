import { AvailabilityError } from '../../../src/store/errors.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { countNotes, insertNote, NOTE_MIGRATIONS } from '../notes.ts';

/**
 * Under a limit on the size of files, as on a full disk: writes until a commit fails, then says in JSON how the store
 * bears it. The parent lifts the limit when asked to, and the child says how it goes on.
 *
 *     node fill.ts FOLDER
 */
const store = await openSqliteStore({ folder: process.argv[2] ?? '', migrations: NOTE_MIGRATIONS });
let acknowledged = 0;
const write = (length: number) =>
  store.write((tx) => tx.run(insertNote, { id: acknowledged, text: 'x'.repeat(length) }));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof AvailabilityError ? error.code : String(error)),
  );
const say = (word: string, value: unknown) => process.stdout.write(`${JSON.stringify([word, value])}\n`);

let failure = 'ok';
while (failure === 'ok' && acknowledged < 10_000) {
  failure = await codeOf(write(20_000));
  if (failure === 'ok') acknowledged++;
}
// What that write could not use may hold smaller ones: a ping writes a page, and is right to succeed while one fits.
for (let spare = 0; spare < 30 && (await codeOf(store.ping())) === 'ok'; spare++) await codeOf(write(20_000));
say('failure', failure);
say('acknowledged', acknowledged);
say('ping while full', await codeOf(store.ping()));
say('read while full', (await store.read((view) => view.first(countNotes, {})))?.count);
say('lift', process.pid);
await new Promise((resolve) => process.stdin.once('data', resolve));
say('ping after', await codeOf(store.ping()));
say('write after', await codeOf(write(1)));
await store.close();
process.stdin.destroy();
