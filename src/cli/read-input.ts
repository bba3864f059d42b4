import { readFileSync, readSync } from 'node:fs';
import { UsageError } from './failure.ts';

const CHUNK_BYTES = 64 * 1024;
const PAUSE_MS = 20;

/**
 * A file that a person named; `-` is standard input, to its end.
 * @throws UsageError `unreadable`, with `mend`
 */
export function readInput(path: string, mend = 'Name an existing file, or - for standard input.'): Buffer {
  try {
    return path === '-' ? standardInput() : readFileSync(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('unreadable', `cannot read ${path}: ${why}`, mend, cause);
  }
}

/** `readFileSync(0)` fails with EAGAIN where another program has made the pipe non-blocking and writes later: npx does. */
function standardInput(): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    try {
      const length = readSync(0, chunk);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, length));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
