import type { Cursor } from '../../bytes/cursor.ts';
import { algorithmText, type HashAlgorithm, hashAlgorithmById } from './algorithms.ts';

/**
 * TPML_PCR_SELECTION (Part 2, 10.9.7): which PCRs of which banks, in the order in which their values are hashed.
 *
 * Reads hashes of the algorithm table and selections of at most {@link MAX_SELECT_BYTES} bytes; a bank that is listed
 * twice is refused, because two entries for one bank leave two ways to say the same set.
 */

/** One TPMS_PCR_SELECTION (Part 2, 10.6.2). */
export type PcrBankSelection = {
  readonly hash: HashAlgorithm;
  /** Bit n stands for PCR n: the little-endian reading of `pcrSelect`. */
  readonly mask: number;
};

export type PcrSelection = readonly PcrBankSelection[];

/** HASH_COUNT of every known implementation (Part 2, 10.9.7 bounds the list by it). */
const MAX_BANKS = 16;

/** PCR_SELECT_MAX: 24 PCRs on PC clients; the largest implementation known has 32. */
export const MAX_SELECT_BYTES = 4;
export const MAX_PCR = MAX_SELECT_BYTES * 8 - 1;

export function readPcrSelection(cursor: Cursor): PcrSelection {
  const count = cursor.u32be('pcrSelect.count');
  if (count > MAX_BANKS) throw cursor.bad('pcrSelect.count', `at most ${MAX_BANKS}`, `${count}`);
  const selection: PcrBankSelection[] = [];
  for (let index = 0; index < count; index++) {
    const id = cursor.u16be('pcrSelect.hash');
    const hash = hashAlgorithmById(id);
    if (hash === undefined) throw cursor.unsupported('pcrSelect.hash', 'SHA-1 or SHA-2', algorithmText(id));
    const size = cursor.u8('pcrSelect.sizeofSelect');
    if (size > MAX_SELECT_BYTES) {
      throw cursor.bad('pcrSelect.sizeofSelect', `at most ${MAX_SELECT_BYTES}`, `${size}`);
    }
    let mask = 0;
    for (let octet = 0; octet < size; octet++) mask |= cursor.u8('pcrSelect.pcrSelect') << (8 * octet);
    if (selection.some((bank) => bank.hash === hash)) {
      throw cursor.bad('pcrSelect.hash', 'each bank once', `${hash.name} twice`);
    }
    selection.push({ hash, mask: mask >>> 0 });
  }
  return selection;
}

/** The PCR numbers of one bank, ascending: the order of their values in a digest (Part 1, 17.8). */
export function selectedPcrs(mask: number): number[] {
  const pcrs: number[] = [];
  for (let pcr = 0; pcr <= MAX_PCR; pcr++) if ((mask >>> pcr) & 1) pcrs.push(pcr);
  return pcrs;
}

/** How many bytes the selected values take, one after the other. */
export function selectedBytes(selection: PcrSelection): number {
  let bytes = 0;
  for (const { hash, mask } of selection) bytes += hash.digestBytes * countBits(mask);
  return bytes;
}

/**
 * The same PCRs of the same banks. Only the signed selection's order counts, in the digest; banks without a PCR add
 * nothing to it and are passed over, since a TPM lists a bank that it lacks with an empty selection.
 */
export function sameSelection(a: PcrSelection, b: PcrSelection): boolean {
  return within(a, b) && within(b, a);
}

function within(a: PcrSelection, b: PcrSelection): boolean {
  return a.every((left) => left.mask === (b.find((right) => right.hash === left.hash)?.mask ?? 0));
}

/** `sha256:0,1,7+sha384:0`, as tpm2-tools spells selections. */
export function selectionText(selection: PcrSelection): string {
  let text = '';
  for (const { hash, mask } of selection) {
    if (mask === 0) continue;
    let separator = `${text === '' ? '' : '+'}${hash.name}:`;
    for (let pcr = 0; pcr <= MAX_PCR; pcr++) {
      if (((mask >>> pcr) & 1) === 0) continue;
      text += separator + pcr;
      separator = ',';
    }
  }
  return text === '' ? 'no PCRs' : text;
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
