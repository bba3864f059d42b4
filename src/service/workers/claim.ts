/**
 * Whose a job is that was handed to a thread ahead of its turn: the thread's as soon as it begins, or again the pool's that takes it
 * back to give it to another. Whoever claims first has it, and the other finds that out, without a message.
 */
export type Claim = Int32Array<SharedArrayBuffer>;

const FREE = 0;
const CLAIMED = 1;

export function newClaim(): Claim {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** True for whoever comes first, once. */
export function claims(claim: Claim): boolean {
  return Atomics.compareExchange(claim, 0, FREE, CLAIMED) === FREE;
}
