import { concatBytes } from '../../bytes/concat.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import type { Item } from './cmw.ts';
import { commitment } from './commitment.ts';
import { BINDING_LABEL, stageOf } from './labels.ts';

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
  const known = recognise(actual, binding, items);
  if (known === null || equalBytes(actual, expected)) {
    expectReportData(checks, actual, expected, describeOther(actual, binding, items));
    return;
  }
  checks.expect('tee.report-data.items', false, listed(earlierItems(items)), listed(known));
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

/** Which of the items the report commits to, beside this binding; null where it commits to none of what is tried. */
function recognise(actual: Uint8Array, binding: Uint8Array, items: readonly Item[]): readonly Item[] | null {
  const earlier = earlierItems(items);
  const candidates = [
    earlier,
    [],
    ...earlier.map((left) => earlier.filter((item) => item !== left)),
    ...earlier.map((kept) => [kept]),
  ];
  const found = candidates.find((some) => equalBytes(actual, commitment('tee-report-data', binding, some)));
  return found ?? null;
}

function earlierItems(items: readonly Item[]): Item[] {
  return items.filter(
    ({ label, mediaType }) => label !== BINDING_LABEL && (stageOf(mediaType) ?? TEE_STAGE) < TEE_STAGE,
  );
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

function listed(items: readonly Item[]): string {
  return [BINDING_LABEL, ...items.map(({ label }) => label).sort()].join(', ');
}
