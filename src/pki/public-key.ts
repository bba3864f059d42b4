import { hash } from 'node:crypto';
import { DerReader } from '../bytes/der.ts';
import { TAG } from '../bytes/der-tag.ts';
import { toHex } from '../bytes/text.ts';
import {
  type AlgorithmIdentifier,
  hasNullParameters,
  readAlgorithmIdentifier,
} from './algorithm-identifier.ts';
import { OID } from './object-identifiers.ts';

/** SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), as far as its key is understood. */
export type PublicKeyInfo = {
  /** The whole SubjectPublicKeyInfo: what pins and caches are digests of. */
  readonly der: Uint8Array;
  /** SHA-256 of `der`, lower-case hexadecimal. */
  readonly sha256: string;
  readonly algorithm: AlgorithmIdentifier;
  /** The contents of subjectPublicKey: what RFC 5280's key identifiers are digests of. */
  readonly keyBytes: Uint8Array;
  readonly key: PublicKeyMaterial;
};

/** `use` is what the identifier restricts the key to (RFC 4055): only `any` and `pss` verify signatures. */
export type RsaKey = {
  readonly kind: 'rsa';
  readonly use: 'any' | 'pss' | 'oaep';
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly modulusBits: number;
};

/** `point` is uncompressed: 04, x, y. That it lies on the curve is checked when the key is imported. */
type EcKey = { readonly kind: 'ec'; readonly curve: EcCurve; readonly point: Uint8Array };

type PublicKeyMaterial =
  | RsaKey
  | EcKey
  | { readonly kind: 'ed25519' | 'ed448'; readonly bytes: Uint8Array }
  /** A key that this room never verifies with: DSA, other curves, post-quantum. `what` says which. */
  | { readonly kind: 'unsupported'; readonly what: string };

export type EcCurve = 'P-256' | 'P-384' | 'P-521';

/** Named curves (RFC 5480 section 2.1.1.1) and the bytes of one coordinate. */
const CURVES: ReadonlyMap<string, { readonly curve: EcCurve; readonly octets: number }> = new Map([
  ['1.2.840.10045.3.1.7', { curve: 'P-256', octets: 32 }],
  ['1.3.132.0.34', { curve: 'P-384', octets: 48 }],
  ['1.3.132.0.35', { curve: 'P-521', octets: 66 }],
]);

/** Room for RSA-16384, so that an oversized key is refused by policy with its size rather than by a length. */
const MAX_KEY_OCTETS = 2600;

/** Reads a SubjectPublicKeyInfo. Throws FormatError for a malformed key of a known kind. */
export function readPublicKeyInfo(reader: DerReader, field: string): PublicKeyInfo {
  const { value, raw } = reader.withBytes((outer) =>
    outer.sequence(field, MAX_KEY_OCTETS + 1024, (inner) => {
      const algorithm = readAlgorithmIdentifier(inner, 'algorithm');
      const keyBytes = inner.bitStringOctets('subjectPublicKey', MAX_KEY_OCTETS);
      return { algorithm, keyBytes, key: readKey(inner, algorithm, keyBytes) };
    }),
  );
  return { der: raw, sha256: hash('sha256', raw, 'hex'), ...value };
}

/** A DER-encoded SubjectPublicKeyInfo, nothing before or after it. Throws FormatError. */
export function parsePublicKeyInfo(der: Uint8Array): PublicKeyInfo {
  return DerReader.parse(der, 'SubjectPublicKeyInfo', (reader) => readPublicKeyInfo(reader, 'spki'));
}

function readKey(reader: DerReader, algorithm: AlgorithmIdentifier, keyBytes: Uint8Array): PublicKeyMaterial {
  switch (algorithm.oid) {
    case OID.rsaEncryption:
      if (!hasNullParameters(algorithm))
        throw reader.error('bad_value', 'algorithm', 'lacks NULL parameters');
      return readRsaKey(keyBytes, 'any');
    case OID.rsassaPss:
      return readRsaKey(keyBytes, 'pss');
    case OID.rsaesOaep:
      return readRsaKey(keyBytes, 'oaep');
    case OID.ecPublicKey:
      return readEcKey(reader, algorithm, keyBytes);
    case OID.ed25519:
    case OID.ed448:
      return readEdwardsKey(reader, algorithm, keyBytes);
    default:
      return { kind: 'unsupported', what: algorithm.oid };
  }
}

/** RSAPublicKey (RFC 8017, appendix A.1.1). */
function readRsaKey(keyBytes: Uint8Array, use: RsaKey['use']): RsaKey {
  return DerReader.parse(keyBytes, 'RSAPublicKey', (outer) =>
    outer.sequence('key', MAX_KEY_OCTETS, (reader) => {
      const modulus = reader.unsignedInteger('modulus', MAX_KEY_OCTETS);
      const exponent = reader.unsignedInteger('publicExponent', MAX_KEY_OCTETS);
      const modulusBits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
      return { kind: 'rsa', use, modulus, exponent, modulusBits };
    }),
  );
}

/**
 * ECPoint (RFC 5480 section 2.2). Curves are named, never spelled out: explicit parameters let an attacker choose a
 * generator that makes any public key his (CVE-2020-0601).
 */
function readEcKey(
  reader: DerReader,
  { parameters }: AlgorithmIdentifier,
  point: Uint8Array,
): PublicKeyMaterial {
  if (parameters?.[0] !== TAG.oid) {
    throw reader.error('unsupported', 'algorithm.parameters', 'is no named curve');
  }
  const name = DerReader.parse(parameters, 'ECParameters', (inner) => inner.oid('namedCurve'));
  const known = CURVES.get(name);
  if (known === undefined) return { kind: 'unsupported', what: `curve ${name}` };
  if (point[0] !== 0x04 || point.length !== 1 + 2 * known.octets) {
    throw reader.error('unsupported', 'subjectPublicKey', `is no uncompressed ${known.curve} point`, {
      actual: toHex(point.subarray(0, 1)),
    });
  }
  return { kind: 'ec', curve: known.curve, point };
}

/** RFC 8410 sections 3 and 4: no parameters, the key as it stands. */
function readEdwardsKey(
  reader: DerReader,
  { oid, parameters }: AlgorithmIdentifier,
  bytes: Uint8Array,
): PublicKeyMaterial {
  const kind = oid === OID.ed25519 ? 'ed25519' : 'ed448';
  if (parameters !== null) throw reader.error('bad_value', 'algorithm', `${kind} has parameters`);
  if (bytes.length !== (kind === 'ed25519' ? 32 : 57)) {
    throw reader.error('bad_value', 'subjectPublicKey', `is ${bytes.length} bytes, not an ${kind} key`);
  }
  return { kind, bytes };
}
