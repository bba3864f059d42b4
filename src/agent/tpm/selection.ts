import { FormatError } from '../../bytes/errors.ts';
import { PCR_BANKS, type PcrBank } from '../../evidence/bundle/tpm-item.ts';

/** Which PCRs to quote: banks in the order given, PCRs ascending and each once. */
export type PcrChoice = readonly { readonly bank: PcrBank; readonly pcrs: readonly number[] }[];

/**
 * Firmware, its configuration, option ROMs, boot loader and secure boot (0 to 7), what the boot loader read and was told
 * (8 and 9), and the shim's keys (14). Not 10: the IMA log changes it with every program that runs.
 */
export const DEFAULT_PCRS = 'sha256:0-9,14';

const LARGEST_PCR = 23;
const BANK = /^([a-z0-9]+):([0-9,-]+)$/;
const RANGE = /^([0-9]{1,2})(?:-([0-9]{1,2}))?$/;

/**
 * Reads `sha256:0-7,14+sha384:0`: tpm2-tools' spelling, and ranges.
 * @throws FormatError `bad_value`
 */
export function parsePcrChoice(text: string): PcrChoice {
  const choice = text.split('+').map((part) => {
    const [, name, list] = BANK.exec(part) ?? [];
    const bank = PCR_BANKS.find((candidate) => candidate === name);
    if (bank === undefined || list === undefined) throw bad(part);
    const pcrs = [...new Set(list.split(',').flatMap((range) => expand(range, part)))];
    return { bank, pcrs: pcrs.sort((a, b) => a - b) };
  });
  if (new Set(choice.map(({ bank }) => bank)).size !== choice.length) throw bad(text);
  return choice;
}

/** As tpm2-tools read it: `sha256:0,1,2+sha384:0`. */
export function formatPcrChoice(choice: PcrChoice): string {
  return choice.map(({ bank, pcrs }) => `${bank}:${pcrs.join(',')}`).join('+');
}

function expand(range: string, part: string): number[] {
  const [, first, last = first] = RANGE.exec(range) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from <= to && to <= LARGEST_PCR)) throw bad(part);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function bad(actual: string): FormatError {
  return new FormatError('bad_value', `${actual} does not name PCRs`, {
    path: 'pcrs',
    expected: 'banks once each, PCRs 0 to 23, e.g. sha256:0-7,14',
    actual,
  });
}
