import { hash } from 'node:crypto';
import { equalBytes } from '../../../bytes/equal.ts';
import { FormatError } from '../../../bytes/errors.ts';
import { type HashName, hashAlgorithmByName } from '../../tpm/algorithms.ts';
import { type ImaEntry, isViolation } from './entry.ts';
import { templateHash } from './template.ts';

/** IMA's register unless a policy rule names another. */
export const IMA_PCR = 10;

export type ImaReplay = {
  readonly bank: HashName;
  /** Entries, from the first, whose replay is the quoted value; null where no number of them is. */
  readonly explained: number | null;
  /** What the entries were hashed with; of a chosen one nobody knows what stands there where that is SHA-1 (see FILLINGS). */
  readonly templateHash: HashName;
  /** The value that all entries of the register lead to. */
  readonly value: Uint8Array;
};

/**
 * How the kernel extends a bank that is not SHA-1's: with the template hash in the bank's own algorithm (since Linux 5.8),
 * or, before, with the one of SHA-1 filled up with zeros: whoever names files as he likes can give two entries one such hash
 * (a chosen-prefix collision), and log the harmless one.
 */
const FILLINGS = ['own', 'filled'] as const;

/**
 * Recomputes each entry's template hash and replays the log in one bank.
 *
 * The log grows while it is read: the entries that explain the quote may be fewer than there are, and those behind them are
 * not vouched for. A violation, whose digest is logged as zeros, is extended as ones (ima_main.c, ima_add_violation).
 *
 * @param quoted the register's value of a verified quote; null to replay the whole log
 * @throws FormatError `bad_value` for an entry whose digest is not that of its fields, `unsupported` for another bank
 */
export function replayIma(
  entries: readonly ImaEntry[],
  bank: HashName,
  quoted: Uint8Array | null,
): ImaReplay {
  const measured = entries.filter(({ pcr }) => pcr === IMA_PCR);
  for (const entry of entries) demandOwnDigest(entry);
  const replays = (bank === 'sha1' ? ['own' as const] : FILLINGS).map((filling) =>
    replayWith(measured, bank, quoted, filling),
  );
  const found = replays.find(({ explained }) => explained !== null);
  const [first = { bank, explained: null, templateHash: bank, value: new Uint8Array() }] = replays;
  return found ?? first;
}

function replayWith(
  entries: readonly ImaEntry[],
  bank: HashName,
  quoted: Uint8Array | null,
  filling: (typeof FILLINGS)[number],
): ImaReplay {
  const size = hashAlgorithmByName(bank)?.digestBytes ?? 0;
  let value: Uint8Array = new Uint8Array(size);
  let explained = quoted !== null && equalBytes(value, quoted) ? 0 : null;
  for (const [position, entry] of entries.entries()) {
    value = hash(bank, Buffer.concat([value, extended(entry, bank, size, filling)]), 'buffer');
    // The last prefix that fits: the register never takes a value twice.
    if (quoted !== null && equalBytes(value, quoted)) explained = position + 1;
  }
  return { bank, explained, templateHash: filling === 'own' ? bank : 'sha1', value };
}

function extended(entry: ImaEntry, bank: HashName, size: number, filling: string): Uint8Array {
  if (isViolation(entry)) return new Uint8Array(size).fill(0xff);
  if (filling === 'own') return templateHash(entry.template, entry.fields, bank);
  const filled = new Uint8Array(size);
  filled.set(templateHash(entry.template, entry.fields, 'sha1'));
  return filled;
}

const BY_LENGTH: ReadonlyMap<number, HashName> = new Map([
  [20, 'sha1'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

function demandOwnDigest(entry: ImaEntry): void {
  if (isViolation(entry)) return;
  const { templateDigest, template, fields, index } = entry;
  const bank = BY_LENGTH.get(templateDigest.length);
  const path = `imaLog.entries[${index}].templateDigest`;
  if (bank === undefined) {
    throw new FormatError('unsupported', `${path} has a length that no hash has`, {
      path,
      actual: `${templateDigest.length} bytes`,
    });
  }
  if (equalBytes(templateHash(template, fields, bank), templateDigest)) return;
  throw new FormatError('bad_value', `${path} is not the hash of its fields`, { path });
}
