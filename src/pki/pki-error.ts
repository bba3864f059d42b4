import { SextantError } from '../bytes/errors.ts';

/** Why a signature or key could not be used. */
export type SignatureCode =
  /** The algorithm identifier names no algorithm of the closed table. */
  | 'signature_algorithm_unsupported'
  /** Known, but its parameters are not the ones that its standard or this table allows. */
  | 'signature_parameters_invalid'
  /** Known and well formed, but the algorithm policy does not admit it: SHA-1 by default. */
  | 'signature_algorithm_refused'
  /** A key of a kind, use or curve that verifies nothing here. */
  | 'key_unsupported'
  /** A key of a known kind whose size or exponent the algorithm policy does not admit. */
  | 'key_refused'
  /** The key's numbers are not a key: a point off the curve, an even modulus. */
  | 'key_invalid'
  /** The algorithm needs another kind of key than the one given. */
  | 'key_mismatch'
  /** Everything fits, and the signature does not verify. */
  | 'signature_invalid';

/** Thrown by {@link verifySignature} and {@link importPublicKey}. */
export class SignatureError extends SextantError<SignatureCode> {}
