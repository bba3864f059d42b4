import { FormatError } from '../../bytes/errors.ts';
import { fromHex, toHex } from '../../bytes/text.ts';
import { type HashName, hashAlgorithmByName } from './algorithms.ts';
import { parsePcrFile, SMALLEST_PCR_FILE_BYTES } from './pcr-file.ts';
import {
  MAX_PCR,
  type PcrBankSelection,
  type PcrSelection,
  selectedBytes,
  selectedPcrs,
} from './pcr-selection.ts';

/** PCR values by bank and number. */
export type PcrBanks = ReadonlyMap<HashName, ReadonlyMap<number, Uint8Array>>;

/** PCR values and the selection under which they were handed over. Nothing here is signed: see verify.ts. */
export type PcrValues = { readonly selection: PcrSelection; readonly banks: PcrBanks };

/** The wire's form: `{"sha256": {"0": "<hex>", "7": "<hex>"}}`. */
export type PcrMap = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** PCR values that came with a quote, held against the signed selection. */
export type HandedPcrs = {
  /** The labels under which they were handed over. */
  readonly selection: PcrSelection;
  /** What the TPM hashed if they are genuine: see {@link concatenatePcrs}. */
  readonly inSignedOrder: Uint8Array | null;
};

/**
 * Reads the PCR values that came with a quote, in whichever form: from the wire, or as tpm2-tools wrote them, raw values
 * one after the other (`-F values`) or its serialized structure (the default).
 *
 * Raw values carry no labels, so they are read in the order of the *signed* selection and cannot be relabelled. The
 * two files cannot be confused: the structure of as many values is always longer.
 *
 * @throws FormatError
 */
export function handedPcrs(pcrs: Uint8Array | PcrValues, signed: PcrSelection): HandedPcrs {
  if (!(pcrs instanceof Uint8Array)) return inOrder(pcrs.selection, pcrs.banks, signed);
  const rawBytes = selectedBytes(signed);
  if (pcrs.length === rawBytes) return { selection: signed, inSignedOrder: pcrs };
  if (pcrs.length >= SMALLEST_PCR_FILE_BYTES) {
    const { selection, values } = parsePcrFile(pcrs);
    return inOrder(selection, splitValues(values, selection), signed);
  }
  throw new FormatError(
    pcrs.length < rawBytes ? 'truncated' : 'trailing_data',
    'PCR values of another length',
    { path: 'pcrs', expected: `${rawBytes} bytes`, actual: `${pcrs.length} bytes` },
  );
}

function inOrder(selection: PcrSelection, banks: PcrBanks, signed: PcrSelection): HandedPcrs {
  return { selection, inSignedOrder: concatenatePcrs(banks, signed) };
}

/** Values one after the other, as views, under the labels of a selection that they fill. */
export function splitValues(bytes: Uint8Array, selection: PcrSelection): PcrBanks {
  const banks = new Map<HashName, Map<number, Uint8Array>>();
  let offset = 0;
  for (const { hash, mask } of selection) {
    if (mask === 0) continue;
    const bank = new Map<number, Uint8Array>();
    for (let pcr = 0; pcr <= MAX_PCR; pcr++) {
      if (((mask >>> pcr) & 1) === 0) continue;
      bank.set(pcr, bytes.subarray(offset, offset + hash.digestBytes));
      offset += hash.digestBytes;
    }
    banks.set(hash.name, bank);
  }
  return banks;
}

const PCR_NUMBER = /^(?:0|[1-9][0-9]?)$/;

/** Reads the wire's form. @throws FormatError for unknown banks, other numbers than 0 to 31, values of other lengths */
export function parsePcrMap(map: PcrMap): PcrValues {
  const selection: PcrBankSelection[] = [];
  const banks = new Map<HashName, Map<number, Uint8Array>>();
  for (const [name, values] of Object.entries(map)) {
    const hash = hashAlgorithmByName(name);
    if (hash === undefined) {
      throw new FormatError('unsupported', 'a PCR bank that is not read here', {
        path: 'pcrs',
        actual: name,
      });
    }
    const bank = new Map<number, Uint8Array>();
    let mask = 0;
    for (const [key, hex] of Object.entries(values)) {
      const pcr = Number(key);
      const path = `pcrs.${name}.${key}`;
      if (!PCR_NUMBER.test(key) || pcr > MAX_PCR) {
        throw new FormatError('bad_value', `${path} is no PCR`, {
          path,
          expected: `0 to ${MAX_PCR}`,
          actual: key,
        });
      }
      const value = fromHex(hex, path);
      if (value.length !== hash.digestBytes) {
        const [expected, actual] = [`${hash.digestBytes} bytes`, `${value.length} bytes`];
        throw new FormatError('bad_value', `${path} is no ${name} digest`, { path, expected, actual });
      }
      bank.set(pcr, value);
      mask |= 1 << pcr;
    }
    banks.set(hash.name, bank);
    selection.push({ hash, mask: mask >>> 0 });
  }
  return { selection, banks };
}

/** Writes the wire's form, PCRs ascending. */
export function toPcrMap(banks: PcrBanks): PcrMap {
  const map: Record<string, Record<string, string>> = {};
  for (const [name, values] of banks) {
    const entries = [...values]
      .sort(([a], [b]) => a - b)
      .map(([pcr, value]) => [`${pcr}`, toHex(value)] as const);
    map[name] = Object.fromEntries(entries);
  }
  return map;
}

/**
 * What the TPM hashed: the values in the order of the signed selection (Part 1, 17.8; Part 3, 18.4). Null where a
 * selected value is missing, or is no digest of its bank.
 */
export function concatenatePcrs(banks: PcrBanks, signed: PcrSelection): Uint8Array | null {
  const bytes = new Uint8Array(selectedBytes(signed));
  let offset = 0;
  for (const { hash, mask } of signed) {
    if (mask === 0) continue;
    const bank = banks.get(hash.name);
    for (const pcr of selectedPcrs(mask)) {
      const value = bank?.get(pcr);
      if (value?.length !== hash.digestBytes) return null;
      bytes.set(value, offset);
      offset += hash.digestBytes;
    }
  }
  return bytes;
}
