/** PLATFORM_INFO (AMD 56860, table 23): how the machine was set up when the report was made. */
export type PlatformInfo = {
  readonly smtEnabled: boolean;
  readonly tsmeEnabled: boolean;
  readonly eccEnabled: boolean;
  readonly raplDisabled: boolean;
  readonly ciphertextHidingDramEnabled: boolean;
  /** Memory was searched for aliases since the last reset (AMD-SB-3015, "BadRAM"). */
  readonly aliasCheckComplete: boolean;
  /** On Turin; firmware set it before the specification named it. */
  readonly iommuWriteSafe: boolean;
  readonly tioEnabled: boolean;
  /** Set bits that nobody here knows, lowest first: new firmware says new things, and the signature covers them. */
  readonly unknownBits: readonly number[];
};

const KNOWN_BITS = 8;
const BITS = 64;

export function parsePlatformInfo(platformInfo: bigint): PlatformInfo {
  const has = (bit: number): boolean => ((platformInfo >> BigInt(bit)) & 1n) === 1n;
  const unknownBits: number[] = [];
  // The common case costs one comparison.
  if (platformInfo >> BigInt(KNOWN_BITS) !== 0n) {
    for (let bit = KNOWN_BITS; bit < BITS; bit++) if (has(bit)) unknownBits.push(bit);
  }
  return {
    smtEnabled: has(0),
    tsmeEnabled: has(1),
    eccEnabled: has(2),
    raplDisabled: has(3),
    ciphertextHidingDramEnabled: has(4),
    aliasCheckComplete: has(5),
    iommuWriteSafe: has(6),
    tioEnabled: has(7),
    unknownBits,
  };
}
