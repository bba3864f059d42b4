/** Guest policy (AMD 56860, table 10): what the guest's owner allowed the host, fixed at launch and part of the report. */
export type GuestPolicy = {
  /** The least firmware ABI under which the guest may run. */
  readonly abiMajor: number;
  readonly abiMinor: number;
  readonly smt: boolean;
  readonly migrateMa: boolean;
  readonly debug: boolean;
  readonly singleSocket: boolean;
  readonly cxlAllowed: boolean;
  readonly memAes256Xts: boolean;
  readonly raplDisabled: boolean;
  readonly ciphertextHidingDram: boolean;
  readonly pageSwapDisabled: boolean;
};

/** Bit 17 is always one. */
const ALWAYS_ONE = 1n << 17n;
/** Bits 63 to 26 are zero. */
const LAST_BIT = 25n;

export function parseGuestPolicy(policy: bigint): GuestPolicy {
  const has = (bit: bigint): boolean => ((policy >> bit) & 1n) === 1n;
  return {
    abiMinor: Number(policy & 0xffn),
    abiMajor: Number((policy >> 8n) & 0xffn),
    smt: has(16n),
    migrateMa: has(18n),
    debug: has(19n),
    singleSocket: has(20n),
    cxlAllowed: has(21n),
    memAes256Xts: has(22n),
    raplDisabled: has(23n),
    ciphertextHidingDram: has(24n),
    pageSwapDisabled: has(25n),
  };
}

/** Whether the bits that mean nothing stand as the specification has them. */
export function isWellFormedPolicy(policy: bigint): boolean {
  return (policy & ALWAYS_ONE) !== 0n && policy >> (LAST_BIT + 1n) === 0n;
}
