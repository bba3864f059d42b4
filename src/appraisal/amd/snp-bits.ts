/** Bits of a guest's POLICY (AMD 56860, table 10), by the names that policies here use. */
export const GUEST_POLICY_BITS = {
  smt: 16n,
  'migrate-ma': 18n,
  debug: 19n,
  'single-socket': 20n,
  cxl: 21n,
  'aes-256-xts': 22n,
  'rapl-disabled': 23n,
  'ciphertext-hiding': 24n,
  'page-swap-disabled': 25n,
} as const;

/** Bits of PLATFORM_INFO (AMD 56860, table 24). A genuine Turin reports bit 6, which has no name there. */
export const PLATFORM_INFO_BITS = {
  smt: 0n,
  tsme: 1n,
  ecc: 2n,
  'rapl-disabled': 3n,
  'ciphertext-hiding': 4n,
  'alias-check-complete': 5n,
  tio: 7n,
} as const;

export function hasBit(value: bigint, bit: bigint): boolean {
  return ((value >> bit) & 1n) === 1n;
}

/** Names of the bits that are set; bits without a name as `bit 6`. */
export function bitNames(value: bigint, names: Readonly<Record<string, bigint>>): string {
  const byBit = new Map(Object.entries(names).map(([name, bit]) => [bit, name]));
  const set: string[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    if (hasBit(value, bit)) set.push(byBit.get(bit) ?? `bit ${bit}`);
  }
  return set.join(', ') || 'none';
}
