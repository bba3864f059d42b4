import type { RotatedPurpose } from '../../protocol/key-purpose.ts';

/** The tables of the verifier's own signing keys. Instants are milliseconds since the epoch. */
export type KeyTables = {
  readonly signing_key: SigningKeyTable;
};

/** One key of the verifier, for ever: its public half, and when it is good for what. The private half is not here; one that seals has no other. */
export type SigningKeyTable = {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly purpose: RotatedPurpose;
  readonly alg: string;
  /** JSON of its JWK members. */
  readonly public_jwk: string;
  /** From when it is published. */
  readonly created_at_ms: number;
  /** From when it signs, until another's turn begins; null for the one that is held ready. */
  readonly active_from_ms: number | null;
  /** When it was given up as compromised or lost: from then on it is published no more. */
  readonly revoked_at_ms: number | null;
  /** No token that it signs is good for longer. */
  readonly longest_life_ms: number;
};
