/** The endorsement keys of TCG EK Credential Profile 2.5, section 2.2.1.5, that the agent uses. */
export const ENDORSEMENT_KEYS = {
  /** Template L-1. */
  rsa2048: { nvIndex: 0x01c00002, handle: 0x81010001 },
  /** Template L-2. */
  ecc256: { nvIndex: 0x01c0000a, handle: 0x81010002 },
  /** Template H-3. */
  ecc384: { nvIndex: 0x01c00016, handle: 0x81010016 },
} as const;

export type EkAlgorithm = keyof typeof ENDORSEMENT_KEYS;
export const EK_ALGORITHMS: readonly EkAlgorithm[] = ['rsa2048', 'ecc256', 'ecc384'];
