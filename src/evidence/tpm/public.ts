import { hash as digest } from 'node:crypto';
import { Cursor } from '../../bytes/cursor.ts';
import {
  algorithmText,
  type Curve,
  curveById,
  type HashAlgorithm,
  hashAlgorithmById,
  MAX_DIGEST_BYTES,
  MAX_ECC_PARAMETER_BYTES,
  MAX_RSA_KEY_BYTES,
  TPM_ALG,
} from './algorithms.ts';
import { type ObjectAttributes, readObjectAttributes } from './object-attributes.ts';

/**
 * TPMT_PUBLIC (Part 2, 12.2.4) of RSA and ECC keys: signing keys with RSASSA, RSA-PSS or ECDSA, and decryption keys
 * with AES-CFB or none. Keyed hashes, symmetric objects, other curves and other ciphers are refused.
 */

/** TPMT_SYM_DEF_OBJECT (Part 2, 11.1.7) of a storage or endorsement key. */
type SymmetricDefinition = { readonly algorithm: 'aes'; readonly keyBits: 128 | 192 | 256 };

/** TPMT_RSA_SCHEME and TPMT_ECC_SCHEME (Part 2, 11.2.4.2 and 11.2.5.6). */
type AsymmetricScheme = {
  readonly scheme: 'rsassa' | 'rsapss' | 'rsaes' | 'oaep' | 'ecdsa' | 'ecdh' | 'ecmqv';
  /** Absent only with `rsaes`, which has none. */
  readonly hash: HashAlgorithm | null;
};

type PublicHead = {
  /** TPM2B_NAME (Part 1, section 16): nameAlg and the digest of the exact bytes received. */
  readonly name: Uint8Array;
  readonly nameAlg: HashAlgorithm;
  readonly objectAttributes: ObjectAttributes;
  /** Empty, or a digest of nameAlg. */
  readonly authPolicy: Uint8Array;
  readonly symmetric: SymmetricDefinition | null;
  readonly scheme: AsymmetricScheme | null;
};

/** TPMS_RSA_PARMS (Part 2, 12.2.3.5) and its modulus. */
export type RsaPublic = PublicHead & {
  readonly type: 'rsa';
  readonly keyBits: number;
  readonly exponent: number;
  readonly modulus: Uint8Array;
};

/** TPMS_ECC_PARMS (Part 2, 12.2.3.6) and its point; coordinates as received, perhaps without leading zeros. */
export type EccPublic = PublicHead & {
  readonly type: 'ecc';
  readonly curve: Curve;
  readonly x: Uint8Array;
  readonly y: Uint8Array;
};

export type TpmtPublic = RsaPublic | EccPublic;

/** Part 2, 12.2.3.5: the exponent zero stands for 2^16 + 1. */
const DEFAULT_EXPONENT = 0x10001;

const RSA_SCHEMES = new Map<number, AsymmetricScheme['scheme']>([
  [TPM_ALG.RSASSA, 'rsassa'],
  [TPM_ALG.RSAPSS, 'rsapss'],
  [TPM_ALG.RSAES, 'rsaes'],
  [TPM_ALG.OAEP, 'oaep'],
]);

const ECC_SCHEMES = new Map<number, AsymmetricScheme['scheme']>([
  [TPM_ALG.ECDSA, 'ecdsa'],
  [TPM_ALG.ECDH, 'ecdh'],
  [TPM_ALG.ECMQV, 'ecmqv'],
]);

/** An RSA-4096 key with the largest policy and name stays below this. */
const MAX_PUBLIC_BYTES = 1024;

/**
 * Parses a TPM2B_PUBLIC (Part 2, 12.2.5): the two-byte size that tpm2-tools writes with `-f tss`, and the area.
 * @throws FormatError
 * @remarks Unverified: says nothing about where the key lives.
 */
export function parseTpm2bPublic(bytes: Uint8Array): TpmtPublic {
  const cursor = new Cursor(bytes, 'tpm2bPublic');
  const area = cursor.sized16be('publicArea', MAX_PUBLIC_BYTES);
  cursor.end();
  return parseTpmtPublic(area);
}

/** Parses a TPMT_PUBLIC, to its last byte. @throws FormatError */
export function parseTpmtPublic(bytes: Uint8Array): TpmtPublic {
  const cursor = new Cursor(bytes, 'tpmtPublic');
  const type = cursor.u16be('type');
  if (type !== TPM_ALG.RSA && type !== TPM_ALG.ECC) {
    throw cursor.unsupported('type', 'RSA or ECC', algorithmText(type));
  }
  const nameAlg = readHash(cursor, 'nameAlg');
  const objectAttributes = readObjectAttributes(cursor);
  const authPolicy = cursor.sized16be('authPolicy', MAX_DIGEST_BYTES);
  if (authPolicy.length !== 0 && authPolicy.length !== nameAlg.digestBytes) {
    throw cursor.bad('authPolicy', `0 or ${nameAlg.digestBytes} bytes`, `${authPolicy.length} bytes`);
  }
  const symmetric = readSymmetric(cursor);
  const name = nameOf(bytes, nameAlg);
  const head = { name, nameAlg, objectAttributes, authPolicy, symmetric };
  const key = type === TPM_ALG.RSA ? readRsa(cursor, head) : readEcc(cursor, head);
  cursor.end();
  return key;
}

function readRsa(cursor: Cursor, head: Omit<PublicHead, 'scheme'>): RsaPublic {
  const scheme = readScheme(cursor, RSA_SCHEMES);
  const keyBits = cursor.u16be('parameters.keyBits');
  if (keyBits % 1024 !== 0 || keyBits === 0 || keyBits > MAX_RSA_KEY_BYTES * 8) {
    throw cursor.unsupported('parameters.keyBits', '1024, 2048, 3072 or 4096', `${keyBits}`);
  }
  const exponent = cursor.u32be('parameters.exponent') || DEFAULT_EXPONENT;
  // A small or even exponent makes signatures forgeable by anybody; no TPM creates such a key.
  if (exponent < DEFAULT_EXPONENT || exponent % 2 === 0) {
    throw cursor.bad('parameters.exponent', '0, or odd and above 65536', `${exponent}`);
  }
  const modulus = cursor.sized16be('unique.rsa', MAX_RSA_KEY_BYTES);
  if (modulus.length * 8 !== keyBits || ((modulus[0] ?? 0) & 0x80) === 0) {
    throw cursor.bad('unique.rsa', `a modulus of ${keyBits} bits`, `${modulus.length} bytes`);
  }
  return { ...head, type: 'rsa', scheme, keyBits, exponent, modulus };
}

function readEcc(cursor: Cursor, head: Omit<PublicHead, 'scheme'>): EccPublic {
  const scheme = readScheme(cursor, ECC_SCHEMES);
  const curveId = cursor.u16be('parameters.curveID');
  const curve = curveById(curveId);
  if (curve === undefined) {
    throw cursor.unsupported('parameters.curveID', 'P-256, P-384 or P-521', algorithmText(curveId));
  }
  // Part 2, 12.2.3.6: "There are currently no commands where this parameter has effect": TPM_ALG_NULL.
  const kdf = cursor.u16be('parameters.kdf');
  if (kdf !== TPM_ALG.NULL) throw cursor.unsupported('parameters.kdf', 'TPM_ALG_NULL', algorithmText(kdf));
  const x = readCoordinate(cursor, 'unique.ecc.x', curve);
  const y = readCoordinate(cursor, 'unique.ecc.y', curve);
  return { ...head, type: 'ecc', scheme, curve, x, y };
}

function readCoordinate(cursor: Cursor, field: string, curve: Curve): Uint8Array {
  const coordinate = cursor.sized16be(field, MAX_ECC_PARAMETER_BYTES);
  if (coordinate.length === 0 || coordinate.length > curve.fieldBytes) {
    throw cursor.bad(field, `1 to ${curve.fieldBytes} bytes`, `${coordinate.length} bytes`);
  }
  return coordinate;
}

function readSymmetric(cursor: Cursor): SymmetricDefinition | null {
  const algorithm = cursor.u16be('parameters.symmetric');
  if (algorithm === TPM_ALG.NULL) return null;
  if (algorithm !== TPM_ALG.AES) {
    throw cursor.unsupported('parameters.symmetric', 'AES or none', algorithmText(algorithm));
  }
  const keyBits = cursor.u16be('parameters.symmetric.keyBits');
  if (keyBits !== 128 && keyBits !== 192 && keyBits !== 256) {
    throw cursor.bad('parameters.symmetric.keyBits', '128, 192 or 256', `${keyBits}`);
  }
  const mode = cursor.u16be('parameters.symmetric.mode');
  if (mode !== TPM_ALG.CFB) {
    throw cursor.unsupported('parameters.symmetric.mode', 'CFB', algorithmText(mode));
  }
  return { algorithm: 'aes', keyBits };
}

function readScheme(
  cursor: Cursor,
  schemes: ReadonlyMap<number, AsymmetricScheme['scheme']>,
): AsymmetricScheme | null {
  const id = cursor.u16be('parameters.scheme');
  if (id === TPM_ALG.NULL) return null;
  const scheme = schemes.get(id);
  if (scheme === undefined) {
    throw cursor.unsupported('parameters.scheme', 'a scheme of RSA or ECC', algorithmText(id));
  }
  return { scheme, hash: scheme === 'rsaes' ? null : readHash(cursor, 'parameters.scheme.hashAlg') };
}

function readHash(cursor: Cursor, field: string): HashAlgorithm {
  const id = cursor.u16be(field);
  const hash = hashAlgorithmById(id);
  if (hash === undefined) throw cursor.unsupported(field, 'SHA-1 or SHA-2', algorithmText(id));
  return hash;
}

function nameOf(publicArea: Uint8Array, nameAlg: HashAlgorithm): Uint8Array {
  const name = new Uint8Array(2 + nameAlg.digestBytes);
  name[0] = nameAlg.id >> 8;
  name[1] = nameAlg.id & 0xff;
  name.set(digest(nameAlg.name, publicArea, 'buffer'), 2);
  return name;
}
