import { Cursor } from '../../bytes/cursor.ts';
import type { TdReport } from './evidence.ts';

/** TD quote bodies (Intel TDX DCAP Quoting Library API, A.3.2 and A.4.3): TD 1.5 appends two fields to TD 1.0. */
export const TD10_BYTES = 584;
export const TD15_BYTES = 648;

/** @throws FormatError `truncated`, `trailing_data` */
export function parseTdReport(bytes: Uint8Array, isTd15: boolean): TdReport {
  const cursor = new Cursor(bytes, 'tdReport');
  const report = {
    teeTcbSvn: cursor.take(16, 'teeTcbSvn'),
    mrSeam: cursor.take(48, 'mrSeam'),
    mrSignerSeam: cursor.take(48, 'mrSignerSeam'),
    seamAttributes: cursor.take(8, 'seamAttributes'),
    tdAttributes: cursor.u64le('tdAttributes'),
    xfam: cursor.u64le('xfam'),
    mrTd: cursor.take(48, 'mrTd'),
    mrConfigId: cursor.take(48, 'mrConfigId'),
    mrOwner: cursor.take(48, 'mrOwner'),
    mrOwnerConfig: cursor.take(48, 'mrOwnerConfig'),
    rtMr: [
      cursor.take(48, 'rtMr0'),
      cursor.take(48, 'rtMr1'),
      cursor.take(48, 'rtMr2'),
      cursor.take(48, 'rtMr3'),
    ],
    reportData: cursor.take(64, 'reportData'),
    teeTcbSvn2: isTd15 ? cursor.take(16, 'teeTcbSvn2') : null,
    mrServiceTd: isTd15 ? cursor.take(48, 'mrServiceTd') : null,
  } as const satisfies TdReport;
  cursor.end();
  return report;
}
