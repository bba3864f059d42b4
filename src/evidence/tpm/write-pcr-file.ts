import { concatBytes } from '../../bytes/concat.ts';
import { hashAlgorithmByName } from './algorithms.ts';
import type { PcrBanks } from './pcrs.ts';

const SELECTION_SLOTS = 16;
const DIGESTS_PER_LIST = 8;
const DIGEST_BYTES = 64;

/**
 * `quote.pcrs` as tpm2_quote writes it unless told otherwise: the C structures of tpm2-tss as they lie in memory. Unlike
 * raw values (`-F values`) it labels them, and so can lie. The layout stands in pcr-file.ts.
 *
 * @param pcrs banks in the order in which the quote selects them
 */
export function writePcrFile(pcrs: PcrBanks): Uint8Array {
  const selections = [...pcrs].map(([bank, values]) => {
    const mask = [...values.keys()].reduce((sum, pcr) => sum | (1 << pcr), 0);
    const id = hashAlgorithmByName(bank)?.id ?? 0;
    return concatBytes([u16le(id), Uint8Array.of(3), u32le(mask >>> 0), Uint8Array.of(0)]);
  });
  const slots = Array.from({ length: SELECTION_SLOTS }, (_, slot) => selections[slot] ?? new Uint8Array(8));
  // Ascending, as tpm2_quote reads them, whatever order the labels came in.
  const digests = [...pcrs.values()].flatMap((values) =>
    [...values].sort(([a], [b]) => a - b).map(([, value]) => value),
  );
  const lists = Array.from({ length: Math.ceil(digests.length / DIGESTS_PER_LIST) }, (_, list) =>
    digestList(digests.slice(list * DIGESTS_PER_LIST, (list + 1) * DIGESTS_PER_LIST)),
  );
  return concatBytes([u32le(selections.length), ...slots, u32le(lists.length), ...lists]);
}

function digestList(digests: readonly Uint8Array[]): Uint8Array {
  const slots = Array.from({ length: DIGESTS_PER_LIST }, (_, slot) => {
    const digest = digests[slot] ?? new Uint8Array();
    return concatBytes([u16le(digest.length), digest, new Uint8Array(DIGEST_BYTES - digest.length)]);
  });
  return concatBytes([u32le(digests.length), ...slots]);
}

function u16le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function u32le(value: number): Uint8Array {
  return concatBytes([u16le(value & 0xffff), u16le(value >>> 16)]);
}
