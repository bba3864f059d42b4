import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A file that holds the newest checkpoint that was published, outside the database: two slots, written in turn and in place. While one is
 * written the other holds the checkpoint before, and of the newer one nobody has heard yet; a crash leaves at least one of them whole.
 */
export const SLOT_BYTES = 4096;
export const SLOTS = 2;

export type KeptCheckpoint = {
  /** Resolves once the checkpoint is on disk, in place of the older of the two. Calls must not overlap. */
  readonly keep: (note: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Makes the file of this process in a folder. Every process has its own, named at random, so that none takes back what another wrote.
 *
 * @param note what it holds at first
 */
export async function makeKeptCheckpoint(folder: string, note: string): Promise<KeptCheckpoint> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomBytes(8).toString('hex')}.checkpoint`);
  let file = await makeFile(folder, path, note);
  let slot = 0;
  return {
    keep: async (newer) => {
      await file.write(slotOf(newer), 0, SLOT_BYTES, slot * SLOT_BYTES);
      await file.datasync();
      // Whoever tidied the folder took it for one of a process that is gone.
      if (!(await isStill(path, file))) {
        await file.close();
        file = await makeFile(folder, path, newer);
      }
      slot = (slot + 1) % SLOTS;
    },
    close: () => file.close(),
  };
}

/** Beside its place, synced, renamed, and the folder synced: from then on both slots are there. */
async function makeFile(folder: string, path: string, note: string): Promise<FileHandle> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w+', 0o600);
  try {
    await file.writeFile(Buffer.concat(Array.from({ length: SLOTS }, () => slotOf(note))));
    await file.sync();
    await rename(draft, path);
    const beside = await open(folder, 'r');
    await beside.sync().finally(() => beside.close());
    return file;
  } catch (error) {
    await file.close();
    await unlink(draft).catch(() => {});
    throw error;
  }
}

function slotOf(note: string): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  const text = Buffer.from(note, 'utf8');
  if (text.length > SLOT_BYTES) throw new RangeError(`a checkpoint of ${text.length} bytes`);
  text.copy(slot);
  return slot;
}

async function isStill(path: string, file: FileHandle): Promise<boolean> {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.ino === (await file.stat()).ino;
}
