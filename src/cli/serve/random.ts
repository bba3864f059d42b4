import { randomFillSync } from 'node:crypto';
import type { Random } from '../../service/context.ts';

const POOL_BYTES = 4096;

/** The system's generator, asked for a page at a time: a grant takes seven draws, each of which would cost as much as hashing it. */
export function pooledRandom(): Random {
  const pool = new Uint8Array(POOL_BYTES);
  let next = POOL_BYTES;
  return (length) => {
    if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length));
    if (next + length > POOL_BYTES) {
      randomFillSync(pool);
      next = 0;
    }
    const drawn = pool.slice(next, next + length);
    // What was handed out is held by nobody else.
    pool.fill(0, next, next + length);
    next += length;
    return drawn;
  };
}
