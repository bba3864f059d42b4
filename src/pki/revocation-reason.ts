/** CRLReason (RFC 5280, section 5.3.1) by number; 7 is not used. */
const REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  null,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export type RevocationReason = NonNullable<(typeof REASONS)[number]>;

/** The reason with this number; null where the standard gives none. */
export function revocationReason(number: number): RevocationReason | null {
  return REASONS[number] ?? null;
}

/**
 * Sets of ReasonFlags (section 4.2.1.13) as bits. Bit 0 is `unused` and says nothing, so all reasons are bits 1 to 8.
 */
export const ALL_REASONS = 0b1_1111_1110;

/** The set that a list of bit numbers names; without a list, all reasons. */
export function reasonSet(bits: readonly number[] | null): number {
  if (bits === null) return ALL_REASONS;
  return bits.reduce((set, bit) => set | (1 << bit), 0) & ALL_REASONS;
}
