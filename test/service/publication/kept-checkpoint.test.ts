import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signCheckpoint } from '../../../src/record/checkpoint.ts';
import { makeKeptCheckpoint, SLOT_BYTES } from '../../../src/service/publication/kept-checkpoint.ts';
import { readKeptCheckpoints, tidyKeptCheckpoints } from '../../../src/service/publication/read-kept.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const pair = generateKeyPairSync('ed25519');
const log = { name: 'log.example', publicKey: pair.publicKey };
const noteOf = (size: number, name = log.name, keys = pair) =>
  signCheckpoint(size, new Uint8Array(32).fill(size), { name, ...keys });

async function kept(folder: string, size: number) {
  const file = await makeKeptCheckpoint(folder, noteOf(size));
  onTestFinished(() => file.close());
  return file;
}

const sizesIn = (folder: string) => readKeptCheckpoints(folder, log).shown.map(({ size }) => size);
const pathIn = (folder: string) => join(folder, readdirSync(folder)[0] ?? '');

describe('a checkpoint that is kept', () => {
  it('is the newest that was written, whichever slot it lies in', async () => {
    const folder = join(temporaryFolder(), 'published');
    const file = await kept(folder, 1);
    expect(sizesIn(folder)).toEqual([1]);
    for (const size of [2, 3, 7, 20]) {
      await file.keep(noteOf(size));
      expect(sizesIn(folder)).toEqual([size]);
      expect(readKeptCheckpoints(folder, log).shown[0]?.note).toBe(noteOf(size));
    }
  });

  it('leaves the one before where a write was cut off, wherever that was', async () => {
    const folder = join(temporaryFolder(), 'published');
    const file = await kept(folder, 1);
    await file.keep(noteOf(2));
    const path = pathIn(folder);
    const before = readFileSync(path);
    await file.keep(noteOf(3));
    const after = readFileSync(path);
    for (let written = 0; written < noteOf(3).length; written += 7) {
      // The second slot: the first has the checkpoint of two leaves.
      const torn = Buffer.from(before);
      after.copy(torn, SLOT_BYTES, SLOT_BYTES, SLOT_BYTES + written);
      writeFileSync(path, torn);
      expect(sizesIn(folder)).toEqual([2]);
    }
  });

  it('is not passed over where no slot can be read', async () => {
    const folder = join(temporaryFolder(), 'published');
    await kept(folder, 5);
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(2 * SLOT_BYTES), Buffer.from('nothing of ours\n')]) {
      writeFileSync(pathIn(folder), bytes);
      expect(readKeptCheckpoints(folder, log)).toMatchObject({ shown: [], unreadable: pathIn(folder) });
    }
    const other = generateKeyPairSync('ed25519');
    writeFileSync(pathIn(folder), noteOf(5, log.name, other));
    expect(readKeptCheckpoints(folder, log).unreadable).toBe(pathIn(folder));
  });

  it('says nothing of this log where it is of an origin before', async () => {
    const folder = join(temporaryFolder(), 'published');
    await kept(folder, 5);
    writeFileSync(pathIn(folder), noteOf(9, 'log.example/before'));
    const others = [expect.objectContaining({ origin: 'log.example/before', size: 9 })];
    expect(readKeptCheckpoints(folder, log)).toEqual({ shown: [], others, unreadable: null });
  });

  it('is of each process in a file of its own, and none where there is no folder', async () => {
    const folder = join(temporaryFolder(), 'published');
    expect(readKeptCheckpoints(folder, log)).toEqual({ shown: [], others: [], unreadable: null });
    const [one, two] = [await kept(folder, 1), await kept(folder, 1)];
    await one.keep(noteOf(8));
    await two.keep(noteOf(6));
    expect(sizesIn(folder).sort()).toEqual([6, 8]);
  });

  it('is made anew where somebody tidied its file away', async () => {
    const folder = join(temporaryFolder(), 'published');
    const file = await kept(folder, 1);
    const old = new Date(Date.now() - 2 * 86_400_000);
    utimesSync(pathIn(folder), old, old);
    writeFileSync(join(folder, 'unfinished.checkpoint.new'), '');
    utimesSync(join(folder, 'unfinished.checkpoint.new'), old, old);
    writeFileSync(join(folder, 'notes.txt'), 'of the operator');
    const recent = await kept(folder, 2);
    tidyKeptCheckpoints(folder, new Date());
    expect(sizesIn(folder)).toEqual([2]);
    expect(readdirSync(folder)).toHaveLength(2);
    await file.keep(noteOf(3));
    await file.keep(noteOf(4));
    expect(sizesIn(folder).sort()).toEqual([2, 4]);
    rmSync(folder, { recursive: true });
    await expect(recent.keep(noteOf(5))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
