/**
 * What a log sends to a witness (https://c2sp.org/tlog-witness, add-checkpoint): the size that the witness saw last, the
 * consistency proof from there, and the checkpoint.
 *
 * @param proof empty from size 0 on, and from the checkpoint's own size
 */
export function formatAddCheckpoint(
  oldSize: number,
  proof: readonly Uint8Array[],
  checkpoint: string,
): string {
  const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `old ${oldSize}\n${lines.join('')}\n${checkpoint}`;
}

const SIZE_LINE = /^(0|[1-9][0-9]{0,15})\n$/;

/** The size in a witness's 409: what it saw last. Undefined for anything else, also beyond what is counted exactly. */
export function parseTreeSize(body: string): number | undefined {
  const size = Number(SIZE_LINE.exec(body)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : undefined;
}
