/**
 * ATTESTATION_REPORT (AMD 56860 revision 1.58, table 23): where each field stands. All numbers are little-endian.
 *
 * Versions 2, 3 and 5 are as the specification has them; version 4 was never published on its own and is read as
 * version 3, so that anything it might say in bytes that version 3 reserves is refused.
 */
export const REPORT_BYTES = 0x4a0;

/** The signature covers what stands before it. */
export const SIGNED_BYTES = 0x2a0;

export const SUPPORTED_VERSIONS = [2, 3, 4, 5] as const;

export const AT = {
  version: 0x00,
  guestSvn: 0x04,
  policy: 0x08,
  familyId: 0x10,
  imageId: 0x20,
  vmpl: 0x30,
  signatureAlgo: 0x34,
  currentTcb: 0x38,
  platformInfo: 0x40,
  signerInfo: 0x48,
  reportData: 0x50,
  measurement: 0x90,
  hostData: 0xc0,
  idKeyDigest: 0xe0,
  authorKeyDigest: 0x110,
  reportId: 0x140,
  reportIdMa: 0x160,
  reportedTcb: 0x180,
  /** Family, model, stepping, a byte each; from version 3 on. */
  cpuid: 0x188,
  chipId: 0x1a0,
  committedTcb: 0x1e0,
  /** Build, minor, major, a byte each. */
  currentVersion: 0x1e8,
  committedVersion: 0x1ec,
  launchTcb: 0x1f0,
  /** Version 5. */
  launchMitVector: 0x1f8,
  currentMitVector: 0x200,
  /** R and S (table 137), each little-endian in 72 bytes, of which P-384 needs 48. */
  signatureR: SIGNED_BYTES,
  signatureS: SIGNED_BYTES + 72,
} as const;

export const SCALAR_BYTES = 48;

type Range = {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
  /** The versions in which the range is reserved; all unless given. */
  readonly versions?: readonly number[];
};

/** Must be zero, and signed. */
export const RESERVED: readonly Range[] = [
  { from: 0x4c, to: 0x50 },
  { from: 0x188, to: 0x1a0, versions: [2] },
  { from: 0x18b, to: 0x1a0, versions: [3, 4, 5] },
  { from: 0x1eb, to: 0x1ec },
  { from: 0x1ef, to: 0x1f0 },
  { from: 0x1f8, to: SIGNED_BYTES, versions: [2, 3, 4] },
  { from: 0x208, to: SIGNED_BYTES, versions: [5] },
];

/** Must be zero, and not signed: whoever passes the report on could write something there. */
export const SIGNATURE_PADDING: readonly Range[] = [
  { from: AT.signatureR + SCALAR_BYTES, to: AT.signatureS },
  { from: AT.signatureS + SCALAR_BYTES, to: AT.signatureS + 72 },
  { from: AT.signatureS + 72, to: REPORT_BYTES },
];

/** Offset of the first byte that is not zero in the ranges reserved in this version, or null. */
export function firstNotZero(report: Uint8Array, ranges: readonly Range[], version: number): number | null {
  for (const { from, to, versions } of ranges) {
    if (versions !== undefined && !versions.includes(version)) continue;
    for (let offset = from; offset < to; offset++) if (report[offset] !== 0) return offset;
  }
  return null;
}
