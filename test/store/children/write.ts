import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { act } from '../contract.ts';
import { insertNote, NOTE_MIGRATIONS } from '../notes.ts';

/**
 * Writes notes, each with its leaf, and says `ack <id> <leaf>` on standard output as soon as the store has acknowledged
 * one: what a reader of that pipe has seen must never be lost.
 *
 *     node write.ts FOLDER FIRST COUNT CONCURRENT [unsynced]
 */
const [folder = '', first = '0', count = '0', concurrent = '1', mode] = process.argv.slice(2);
const store = await openSqliteStore({
  folder,
  migrations: NOTE_MIGRATIONS,
  dangerouslyUnsynced: mode === 'unsynced',
});
let next = Number(first);
const end = next + Number(count);

async function writeOn(): Promise<void> {
  while (next < end) {
    const id = next++;
    const leaf = await store.write(async (tx) => {
      await tx.run(insertNote, { id, text: `note ${id}` });
      return tx.record(act(`note ${id}`, id));
    });
    writeSync(1, `ack ${id} ${leaf}\n`);
  }
}

await Promise.all(Array.from({ length: Number(concurrent) }, writeOn));
await store.close();
