/** That an entry stands in a log, for whoever reads C2SP's files: https://c2sp.org/tlog-proof. */
export type TlogProof = {
  readonly index: number;
  /** From the leaf upwards. */
  readonly proof: readonly Uint8Array[];
  /** The signed note of the tree, with its cosignatures. */
  readonly checkpoint: string;
};

/** The file: a header, the index, a hash a line, an empty line and the checkpoint. Nothing is checked here. */
export function formatTlogProof({ index, proof, checkpoint }: TlogProof): string {
  const hashes = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes}\n${checkpoint}`;
}
