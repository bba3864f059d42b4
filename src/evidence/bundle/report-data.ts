import { concatBytes } from '../../bytes/concat.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import type { Item } from './cmw.ts';
import { commitment } from './commitment.ts';
import { committedItems, itemsBefore, listed } from './committed-items.ts';

const REPORT_DATA_BYTES = 64;
const TEE_STAGE = 3;

/**
 * `tee.report-data`: the TEE was asked for this report with the commitment to the binding and to all evidence that came
 * before it. `tee.report-data.items` instead where it commits to this very binding, but not to the evidence beside it:
 * somebody put a TPM's or a GPU's evidence beside a guest that knows nothing of it. What differs otherwise (keys, nonce,
 * session, or an item that was changed) a hash does not tell.
 */
export function checkReportData(
  checks: CheckList,
  actual: Uint8Array,
  binding: Uint8Array,
  items: readonly Item[],
): void {
  const expected = commitment('tee-report-data', binding, items);
  const before = itemsBefore(TEE_STAGE, items);
  const known = committedItems('tee-report-data', actual, binding, before);
  if (known === null || equalBytes(actual, expected)) {
    expectReportData(checks, actual, expected, describeOther(actual, binding, items));
    return;
  }
  checks.expect('tee.report-data.items', false, listed(before), listed(known));
}

/** `tee.report-data` against one value alone. */
export function expectReportData(
  checks: CheckList,
  actual: Uint8Array,
  expected: Uint8Array,
  other: string = toHex(actual),
): void {
  const holds = equalBytes(actual, expected);
  checks.expect('tee.report-data', holds, toHex(expected), holds ? toHex(actual) : other);
}

function describeOther(actual: Uint8Array, binding: Uint8Array, items: readonly Item[]): string {
  if (actual.every((byte) => byte === 0)) return 'nothing';
  for (const purpose of ['tpm-extra-data', 'gpu-nonce'] as const) {
    const short = commitment(purpose, binding, items);
    const padded = concatBytes([short, new Uint8Array(REPORT_DATA_BYTES - short.length)]);
    if (equalBytes(actual, padded)) return `a commitment made as ${purpose}`;
  }
  return toHex(actual);
}
