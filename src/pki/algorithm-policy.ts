import type { HashName, SignatureScheme } from './algorithms.ts';
import { SignatureError } from './pki-error.ts';
import type { EcCurve, PublicKeyInfo, RsaKey } from './public-key.ts';

/** Which algorithms and keys are strong enough. Its name stands in every result that rests on it. */
export type AlgorithmPolicy = {
  readonly name: string;
  readonly hashes: readonly HashName[];
  readonly curves: readonly EcCurve[];
  readonly edwards: boolean;
  /** Inclusive, in bits. The upper end bounds the cost of a hostile key: verification grows with its square. */
  readonly rsaBits: readonly [least: number, most: number];
};

/** NIST SP 800-57 part 1: 112 bits of strength and more; no SHA-1. */
export const DEFAULT_ALGORITHMS: AlgorithmPolicy = {
  name: 'default',
  hashes: ['sha256', 'sha384', 'sha512'],
  curves: ['P-256', 'P-384', 'P-521'],
  edwards: true,
  rsaBits: [2048, 8192],
};

/**
 * Also SHA-1 signatures, which several TPM manufacturers' older authorities carry and nobody will reissue. A chosen-prefix
 * collision forges such a certificate: use it only where the chain is pinned and the result says so.
 */
export const DANGEROUSLY_LEGACY_ALGORITHMS: AlgorithmPolicy = {
  ...DEFAULT_ALGORITHMS,
  name: 'dangerously-legacy',
  hashes: ['sha1', 'sha256', 'sha384', 'sha512'],
};

/** Throws SignatureError `signature_algorithm_refused`. */
export function demandScheme(scheme: SignatureScheme, policy: AlgorithmPolicy): void {
  const admitted = scheme.hash === null ? policy.edwards : policy.hashes.includes(scheme.hash);
  if (admitted) return;
  const what = scheme.hash === null ? scheme.family : `${scheme.family} with ${scheme.hash}`;
  throw new SignatureError(
    'signature_algorithm_refused',
    `${what} is refused by algorithm policy ${policy.name}`,
    {
      expected: policy.hashes.join(', '),
      actual: what,
    },
  );
}

/** Throws SignatureError: `key_unsupported`, `key_refused`. */
export function demandKey({ key }: PublicKeyInfo, policy: AlgorithmPolicy): void {
  switch (key.kind) {
    case 'rsa':
      demandRsaKey(key, policy);
      return;
    case 'ec':
      if (!policy.curves.includes(key.curve)) throw refused(`curve ${key.curve}`, policy);
      return;
    case 'ed25519':
    case 'ed448':
      if (!policy.edwards) throw refused(key.kind, policy);
      return;
    case 'unsupported':
      throw new SignatureError('key_unsupported', `a key of ${key.what} is not supported`, {
        actual: key.what,
      });
  }
}

function demandRsaKey({ modulusBits, modulus, exponent }: RsaKey, policy: AlgorithmPolicy): void {
  const [least, most] = policy.rsaBits;
  // A size that is no multiple of 8 comes from a defective generator, and makes PSS encodings ambiguous in length.
  if (modulusBits < least || modulusBits > most || modulusBits % 8 !== 0) {
    throw refused(`RSA of ${modulusBits} bits`, policy, `${least} to ${most} bits`);
  }
  if (((modulus.at(-1) ?? 0) & 1) === 0) throw refused('an even RSA modulus', policy);
  // FIPS 186-5 section 5.4 (e): 2^16 < e < 2^256, odd. Small exponents have broken PKCS #1 v1.5 verifiers before.
  const odd = ((exponent.at(-1) ?? 0) & 1) === 1;
  if (!odd || exponent.length < 3 || exponent.length > 32) throw refused('this RSA exponent', policy);
}

function refused(actual: string, policy: AlgorithmPolicy, expected?: string): SignatureError {
  const details = expected === undefined ? { actual } : { actual, expected };
  return new SignatureError(
    'key_refused',
    `${actual} is refused by algorithm policy ${policy.name}`,
    details,
  );
}
