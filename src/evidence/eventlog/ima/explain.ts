import type { CheckList } from '../../check.ts';
import type { HashName } from '../../tpm/algorithms.ts';
import type { PcrBanks } from '../../tpm/pcrs.ts';
import { type ImaEntry, type ImaMeasurement, isViolation, measurementOf } from './entry.ts';
import { IMA_PCR, replayIma } from './replay.ts';

/** The entries of an IMA log that a quote vouches for. */
export type ExplainedIma = {
  readonly measurements: readonly (ImaMeasurement & {
    readonly index: number;
    readonly violation: boolean;
  })[];
  /** What the kernel hashed each entry with; weaker than the bank in kernels before 5.8. */
  readonly templateHash: HashName;
  /** Entries behind those: measured after the quote, or by nobody. */
  readonly unvouched: number;
};

/**
 * Holds an IMA log against PCR 10: the check `tpm.ima.pcr-10`. A log that does not lead to the quoted value explains
 * nothing, which is reported as not performed and never as a pass.
 *
 * @param quoted values of a verified quote; others would let the log vouch for itself
 * @returns null where the log does not explain the register, or none of its entries does
 * @throws FormatError `bad_value` for an entry whose digest is not that of its fields
 */
export function explainIma(
  checks: CheckList,
  entries: readonly ImaEntry[],
  bank: HashName,
  quoted: PcrBanks,
): ExplainedIma | null {
  const id = 'tpm.ima.pcr-10';
  const value = quoted.get(bank)?.get(IMA_PCR);
  const { explained, templateHash } = replayIma(entries, bank, value ?? null);
  if (value === undefined) {
    checks.skip(id, `the quote does not cover PCR ${IMA_PCR} of bank ${bank}`);
    return null;
  }
  const own = entries.filter(({ pcr }) => pcr === IMA_PCR);
  if (explained === null || explained === 0) {
    checks.skip(id, 'the IMA log does not lead to the quoted value');
    return null;
  }
  const weak = templateHash === bank ? '' : `, hashed with ${templateHash}`;
  const found = `the first ${explained} of ${own.length}${weak}`;
  checks.expect(id, true, 'entries that lead to the quoted value', found);
  const measurements = own.slice(0, explained).map((entry) => {
    return { ...measurementOf(entry), index: entry.index, violation: isViolation(entry) };
  });
  return { measurements, templateHash, unvouched: own.length - explained };
}
