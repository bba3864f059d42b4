import type { TdReport } from '../../evidence/intel/evidence.ts';
import { type Field, u64le, writeLayout } from './layout.ts';

/** TD quote body (Intel TDX DCAP Quoting Library API, A.3.2 and A.4.3): the last two fields in TD 1.5 alone. */
export const TD_REPORT: readonly Field[] = [
  { name: 'teeTcbSvn', offset: 0, size: 16 },
  { name: 'mrSeam', offset: 16, size: 48 },
  { name: 'mrSignerSeam', offset: 64, size: 48 },
  { name: 'seamAttributes', offset: 112, size: 8 },
  { name: 'tdAttributes', offset: 120, size: 8 },
  { name: 'xfam', offset: 128, size: 8 },
  { name: 'mrTd', offset: 136, size: 48 },
  { name: 'mrConfigId', offset: 184, size: 48 },
  { name: 'mrOwner', offset: 232, size: 48 },
  { name: 'mrOwnerConfig', offset: 280, size: 48 },
  { name: 'rtMr0', offset: 328, size: 48 },
  { name: 'rtMr1', offset: 376, size: 48 },
  { name: 'rtMr2', offset: 424, size: 48 },
  { name: 'rtMr3', offset: 472, size: 48 },
  { name: 'reportData', offset: 520, size: 64 },
  { name: 'teeTcbSvn2', offset: 584, size: 16 },
  { name: 'mrServiceTd', offset: 600, size: 48 },
];
const TD10_BYTES = 584;
const TD15_BYTES = 648;

/** 584 bytes where the fields of TD 1.5 are null, else 648. */
export function writeTdReport(report: TdReport): Uint8Array {
  const { rtMr, teeTcbSvn2, mrServiceTd, tdAttributes, xfam, ...plain } = report;
  const [rtMr0, rtMr1, rtMr2, rtMr3] = rtMr;
  const td15 = teeTcbSvn2 !== null && mrServiceTd !== null;
  return writeLayout(TD_REPORT, td15 ? TD15_BYTES : TD10_BYTES, {
    ...plain,
    ...{ rtMr0, rtMr1, rtMr2, rtMr3 },
    tdAttributes: u64le(tdAttributes),
    xfam: u64le(xfam),
    ...(td15 ? { teeTcbSvn2, mrServiceTd } : {}),
  });
}
