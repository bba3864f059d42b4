import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import type { SnpReport } from './evidence.ts';

const REPORT_DATA_BYTES = 64;

/**
 * `snp.report-data`: the report was asked for with this nonce, and so not before it. A shorter nonce stands at the
 * beginning with zeros behind it, as guests pad it.
 *
 * @param nonce undefined where none is known: then the report may be of any age, and the result says so
 */
export function checkReportData(
  checks: CheckList,
  { reportData }: SnpReport,
  nonce: Uint8Array | undefined,
): void {
  const id = 'snp.report-data';
  if (nonce === undefined) {
    checks.skip(id, 'no nonce was given: the report may be of any age');
    return;
  }
  const fits = nonce.length > 0 && nonce.length <= REPORT_DATA_BYTES;
  const expected = new Uint8Array(REPORT_DATA_BYTES);
  if (fits) expected.set(nonce);
  const text = fits ? toHex(expected) : `a nonce of 1 to ${REPORT_DATA_BYTES} bytes`;
  checks.expect(id, fits && equalBytes(expected, reportData), text, toHex(reportData));
}
