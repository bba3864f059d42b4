import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toUtf8 } from '../../bytes/text.ts';
import type { HighWaterMark } from '../port.ts';
import { makeFolder, syncFolder } from './durable-file.ts';
import { sha256Hex } from './objects.ts';

/** As many digits as a safe integer has. */
const DIGITS = 16;
const VALUE = /^\d{16}$/;

/**
 * High-water marks as names of files: each raise adds a file named by its value, and the highest name counts. So no two
 * processes can lower a mark between them, whatever their order, and a crash leaves one too many at worst.
 */
export class MarkFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  #folder(line: string): string {
    return join(this.#root, sha256Hex(toUtf8(line, 'line')));
  }

  async highest(line: string): Promise<number> {
    return Math.max(0, ...(await valuesIn(this.#folder(line))));
  }

  async raise({ line, value }: HighWaterMark): Promise<void> {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no high-water mark`);
    const folder = this.#folder(line);
    if ((await this.highest(line)) >= value) return;
    await makeFolder(folder);
    const file = await open(join(folder, nameOf(value)), 'w', 0o600);
    try {
      await file.writeFile(`${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(folder);
    const lower = (await valuesIn(folder)).filter((other) => other < value);
    await Promise.all(lower.map((other) => rm(join(folder, nameOf(other)), { force: true })));
  }
}

function nameOf(value: number): string {
  return String(value).padStart(DIGITS, '0');
}

async function valuesIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => VALUE.test(name)).map(Number);
}
