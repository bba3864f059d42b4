import { type KeyObject, sign } from 'node:crypto';
import type { SnpReport, TcbVersion } from '../../evidence/amd/evidence.ts';

const REPORT_BYTES = 1184;
const SIGNED_BYTES = 0x2a0;
const NUMBER_BYTES = 72;

/** ATTESTATION_REPORT in the direction that the firmware writes it (AMD 56860, table 23), not signed yet. */
export function marshalReport(report: SnpReport, layout: 'Turin' | 'earlier'): Uint8Array {
  const bytes = Buffer.alloc(REPORT_BYTES);
  const tcb = (value: TcbVersion, offset: number) => bytes.set(marshalTcb(value, layout), offset);
  bytes.writeUInt32LE(report.version, 0x00);
  bytes.writeUInt32LE(report.guestSvn, 0x04);
  bytes.writeBigUInt64LE(report.policy, 0x08);
  bytes.set(report.familyId, 0x10);
  bytes.set(report.imageId, 0x20);
  bytes.writeUInt32LE(report.vmpl, 0x30);
  // SIGNATURE_ALGO 1: ECDSA P-384 with SHA-384.
  bytes.writeUInt32LE(1, 0x34);
  tcb(report.currentTcb, 0x38);
  bytes.writeBigUInt64LE(report.platformInfo, 0x40);
  bytes.writeUInt32LE(signerInfo(report), 0x48);
  bytes.set(report.reportData, 0x50);
  bytes.set(report.measurement, 0x90);
  bytes.set(report.hostData, 0xc0);
  bytes.set(report.idKeyDigest, 0xe0);
  bytes.set(report.authorKeyDigest, 0x110);
  bytes.set(report.reportId, 0x140);
  bytes.set(report.reportIdMa, 0x160);
  tcb(report.reportedTcb, 0x180);
  if (report.cpu !== null) {
    bytes.set([report.cpu.family, report.cpu.model, report.cpu.stepping], 0x188);
  }
  bytes.set(report.chipId, 0x1a0);
  tcb(report.committedTcb, 0x1e0);
  bytes.set(marshalVersion(report.currentVersion), 0x1e8);
  bytes.set(marshalVersion(report.committedVersion), 0x1ec);
  tcb(report.launchTcb, 0x1f0);
  if (report.launchMitVector !== null) bytes.writeBigUInt64LE(report.launchMitVector, 0x1f8);
  if (report.currentMitVector !== null) bytes.writeBigUInt64LE(report.currentMitVector, 0x200);
  return new Uint8Array(bytes);
}

/** Table 3: the layout follows the CPU family, whatever the report's version. */
function marshalTcb(
  { fmc, bootLoader, tee, snp, microcode }: TcbVersion,
  layout: 'Turin' | 'earlier',
): number[] {
  return layout === 'Turin'
    ? [fmc ?? 0, bootLoader, tee, snp, 0, 0, 0, microcode]
    : [bootLoader, tee, 0, 0, 0, 0, snp, microcode];
}

function signerInfo({ authorKeyEnabled, chipKeyMasked, signingKey }: SnpReport): number {
  return Number(authorKeyEnabled) | (Number(chipKeyMasked) << 1) | (Number(signingKey === 'vlek') << 2);
}

function marshalVersion({ major, minor, build }: SnpReport['currentVersion']): number[] {
  return [build, minor, major];
}

/** Table 137: R and S, each little-endian in 72 bytes. The report is signed in place and returned. */
export function signReport(report: Uint8Array, key: KeyObject): Uint8Array {
  const signed = report.subarray(0, SIGNED_BYTES);
  const signature = sign('sha384', signed, { key, dsaEncoding: 'ieee-p1363' });
  const half = signature.length / 2;
  report.set(signature.subarray(0, half).toReversed(), SIGNED_BYTES);
  report.set(signature.subarray(half).toReversed(), SIGNED_BYTES + NUMBER_BYTES);
  return report;
}
