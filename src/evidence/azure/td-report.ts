import { Cursor } from '../../bytes/cursor.ts';

/**
 * TDREPORT_STRUCT (Intel TDX Module Base Architecture Specification 348549, "TDREPORT_STRUCT"; ABI 348551, 3.6), 1024 bytes,
 * little-endian: REPORTMACSTRUCT (256), TEE_TCB_INFO (239), 17 reserved bytes, TDINFO_STRUCT (512).
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 4 | REPORTTYPE: type 0x81 (TDX), subtype 0, version 0 or 1, reserved |
 * | 16 | 16 | CPUSVN |
 * | 32, 80 | 48, 48 | SHA-384 of TEE_TCB_INFO and of TDINFO_STRUCT |
 * | 128 | 64 | REPORTDATA |
 * | 224 | 32 | MAC |
 * | 256 | 239 | TEE_TCB_INFO: VALID, TEE_TCB_SVN, MRSEAM, MRSIGNERSEAM, ATTRIBUTES, TEE_TCB_SVN2 (TDX 1.5), reserved |
 * | 512 | 512 | TDINFO: ATTRIBUTES, XFAM, MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0-3, SERVTD_HASH, reserved |
 *
 * Its MAC is for the quoting enclave of the same machine alone: to everybody else these are claims, and the TD quote that
 * was made of them is the proof.
 */
export type TdReportStruct = {
  /** SHA-384, as the structure states them. */
  readonly teeTcbInfoHash: Uint8Array;
  readonly teeInfoHash: Uint8Array;
  /** What those two are of, as received. */
  readonly teeTcbInfo: Uint8Array;
  readonly tdInfo: Uint8Array;
  /** Fields that a TD quote repeats, by the names of its body. */
  readonly fields: TdReportFields;
};

export type TdReportFields = {
  /** 64 */ readonly reportData: Uint8Array;
  /** 16 */ readonly teeTcbSvn: Uint8Array;
  /** 48 */ readonly mrSeam: Uint8Array;
  /** 48 */ readonly mrSignerSeam: Uint8Array;
  /** 8 */ readonly seamAttributes: Uint8Array;
  /** 16; zero in TDX 1.0. */ readonly teeTcbSvn2: Uint8Array;
  readonly tdAttributes: bigint;
  readonly xfam: bigint;
  /** 48 */ readonly mrTd: Uint8Array;
  /** 48 */ readonly mrConfigId: Uint8Array;
  /** 48 */ readonly mrOwner: Uint8Array;
  /** 48 */ readonly mrOwnerConfig: Uint8Array;
  /** Four of 48. */
  readonly rtMr: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  /** 48; zero in TDX 1.0. */ readonly mrServiceTd: Uint8Array;
};

const REPORT_TYPE_TDX = 0x81;
const DIGEST = 48;

/** @throws FormatError */
export function parseTdReport(bytes: Uint8Array): TdReportStruct {
  const cursor = new Cursor(bytes, 'tdReport');
  readReportType(cursor);
  zeros(cursor, 12, 'reportMac.reserved1');
  cursor.take(16, 'reportMac.cpuSvn');
  const teeTcbInfoHash = cursor.take(DIGEST, 'reportMac.teeTcbInfoHash');
  const teeInfoHash = cursor.take(DIGEST, 'reportMac.teeInfoHash');
  const reportData = cursor.take(64, 'reportMac.reportData');
  zeros(cursor, 32, 'reportMac.reserved2');
  cursor.take(32, 'reportMac.mac');
  const tcbStart = cursor.offset;
  const tcb = readTeeTcbInfo(cursor);
  const teeTcbInfo = cursor.since(tcbStart);
  zeros(cursor, 17, 'reserved');
  const infoStart = cursor.offset;
  const info = readTdInfo(cursor);
  const tdInfo = cursor.since(infoStart);
  cursor.end();
  return { teeTcbInfoHash, teeInfoHash, teeTcbInfo, tdInfo, fields: { reportData, ...tcb, ...info } };
}

function readReportType(cursor: Cursor): void {
  const type = cursor.u8('reportMac.reportType.type');
  const subtype = cursor.u8('reportMac.reportType.subtype');
  const version = cursor.u8('reportMac.reportType.version');
  const reserved = cursor.u8('reportMac.reportType.reserved');
  if (type !== REPORT_TYPE_TDX) throw cursor.unsupported('reportMac.reportType.type', '129', `${type}`);
  if (subtype !== 0) throw cursor.unsupported('reportMac.reportType.subtype', '0', `${subtype}`);
  if (version > 1) throw cursor.unsupported('reportMac.reportType.version', '0 or 1', `${version}`);
  if (reserved !== 0) throw cursor.bad('reportMac.reportType.reserved', '0', `${reserved}`);
}

function readTeeTcbInfo(
  cursor: Cursor,
): Pick<TdReportFields, 'teeTcbSvn' | 'mrSeam' | 'mrSignerSeam' | 'seamAttributes' | 'teeTcbSvn2'> {
  cursor.take(8, 'teeTcbInfo.valid');
  const teeTcbSvn = cursor.take(16, 'teeTcbInfo.teeTcbSvn');
  const mrSeam = cursor.take(DIGEST, 'teeTcbInfo.mrSeam');
  const mrSignerSeam = cursor.take(DIGEST, 'teeTcbInfo.mrSignerSeam');
  const seamAttributes = cursor.take(8, 'teeTcbInfo.attributes');
  const teeTcbSvn2 = cursor.take(16, 'teeTcbInfo.teeTcbSvn2');
  zeros(cursor, 95, 'teeTcbInfo.reserved');
  return { teeTcbSvn, mrSeam, mrSignerSeam, seamAttributes, teeTcbSvn2 };
}

function readTdInfo(
  cursor: Cursor,
): Omit<
  TdReportFields,
  'reportData' | 'teeTcbSvn' | 'mrSeam' | 'mrSignerSeam' | 'seamAttributes' | 'teeTcbSvn2'
> {
  const tdAttributes = cursor.u64le('tdInfo.attributes');
  const xfam = cursor.u64le('tdInfo.xfam');
  const digest = (field: string): Uint8Array => cursor.take(DIGEST, `tdInfo.${field}`);
  const [mrTd, mrConfigId, mrOwner, mrOwnerConfig] = [
    digest('mrTd'),
    digest('mrConfigId'),
    digest('mrOwner'),
    digest('mrOwnerConfig'),
  ];
  const rtMr = [digest('rtMr0'), digest('rtMr1'), digest('rtMr2'), digest('rtMr3')] as const;
  const mrServiceTd = digest('servTdHash');
  zeros(cursor, 64, 'tdInfo.reserved');
  return { tdAttributes, xfam, mrTd, mrConfigId, mrOwner, mrOwnerConfig, rtMr, mrServiceTd };
}

function zeros(cursor: Cursor, length: number, field: string): void {
  const octet = cursor.take(length, field).find((value) => value !== 0);
  if (octet !== undefined) throw cursor.bad(field, 'zeros', `${octet}`);
}
