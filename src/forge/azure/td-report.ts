import { hash } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';

/** Fields of a TDREPORT_STRUCT that a TD quote repeats; the layout stands at evidence/azure/td-report.ts. */
export type TdReportParts = {
  /** 64 */ readonly reportData: Uint8Array;
  /** 16 */ readonly teeTcbSvn: Uint8Array;
  /** 48 */ readonly mrSeam: Uint8Array;
  /** 48 */ readonly mrSignerSeam: Uint8Array;
  /** 8 */ readonly seamAttributes: Uint8Array;
  /** 16 */ readonly teeTcbSvn2?: Uint8Array;
  readonly tdAttributes: bigint;
  readonly xfam: bigint;
  /** 48 */ readonly mrTd: Uint8Array;
  /** 48 */ readonly mrConfigId: Uint8Array;
  /** 48 */ readonly mrOwner: Uint8Array;
  /** 48 */ readonly mrOwnerConfig: Uint8Array;
  /** Four of 48. */
  readonly rtMr: readonly Uint8Array[];
  /** 48 */ readonly mrServiceTd?: Uint8Array;
};

/** A TDREPORT whose MAC is nobody's: only a quoting enclave of the same machine could tell. */
export function marshalTdReport(parts: TdReportParts): Uint8Array {
  const teeTcbInfo = concatBytes([
    Uint8Array.of(0xff, 1, 3, 0, 0, 0, 0, 0),
    parts.teeTcbSvn,
    parts.mrSeam,
    parts.mrSignerSeam,
    parts.seamAttributes,
    parts.teeTcbSvn2 ?? new Uint8Array(16),
    new Uint8Array(95),
  ]);
  const tdInfo = concatBytes([
    u64(parts.tdAttributes),
    u64(parts.xfam),
    parts.mrTd,
    parts.mrConfigId,
    parts.mrOwner,
    parts.mrOwnerConfig,
    ...parts.rtMr,
    parts.mrServiceTd ?? new Uint8Array(48),
    new Uint8Array(64),
  ]);
  return concatBytes([
    Uint8Array.of(0x81, 0, 0, 0),
    new Uint8Array(12),
    new Uint8Array(16).fill(6),
    hash('sha384', teeTcbInfo, 'buffer'),
    hash('sha384', tdInfo, 'buffer'),
    parts.reportData,
    new Uint8Array(32),
    new Uint8Array(32).fill(0x7c),
    teeTcbInfo,
    new Uint8Array(17),
    tdInfo,
  ]);
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
