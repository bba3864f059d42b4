/**
 * The TPM 2.0 algorithm identifiers that this room reads (Library Part 2, sections 6.3 and 6.4; level 00 revision
 * 01.59). Whatever is not in these tables is refused as unsupported, never skipped.
 */

/** TPM_GENERATED_VALUE (Part 2, 6.2): 0xff and "TCG". Nothing that an outsider signs can begin with it. */
export const TPM_GENERATED_VALUE = 0xff544347;

/** TPM_ST (Part 2, 6.9). */
export const TPM_ST_ATTEST_CERTIFY = 0x8017;
export const TPM_ST_ATTEST_QUOTE = 0x8018;
export const TPM_ST_ATTEST_CREATION = 0x801a;

export const TPM_ALG = {
  RSA: 0x0001,
  AES: 0x0006,
  NULL: 0x0010,
  RSASSA: 0x0014,
  RSAES: 0x0015,
  RSAPSS: 0x0016,
  OAEP: 0x0017,
  ECDSA: 0x0018,
  ECDH: 0x0019,
  ECMQV: 0x001d,
  ECC: 0x0023,
  CFB: 0x0043,
} as const;

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** A hash of TPM_ALG_ID: its name is also the name that `node:crypto` knows. */
export type HashAlgorithm = {
  readonly id: number;
  readonly name: HashName;
  readonly digestBytes: number;
  /** Collisions are practical: judged by policy, never by the parser. */
  readonly weak: boolean;
};

const HASH_ALGORITHMS: readonly HashAlgorithm[] = [
  { id: 0x0004, name: 'sha1', digestBytes: 20, weak: true },
  { id: 0x000b, name: 'sha256', digestBytes: 32, weak: false },
  { id: 0x000c, name: 'sha384', digestBytes: 48, weak: false },
  { id: 0x000d, name: 'sha512', digestBytes: 64, weak: false },
];

const hashesById = new Map(HASH_ALGORITHMS.map((hash) => [hash.id, hash]));
const hashesByName = new Map<string, HashAlgorithm>(HASH_ALGORITHMS.map((hash) => [hash.name, hash]));

export function hashAlgorithmById(id: number): HashAlgorithm | undefined {
  return hashesById.get(id);
}

export function hashAlgorithmByName(name: string): HashAlgorithm | undefined {
  return hashesByName.get(name);
}

/** TPMU_HA's largest member (Part 2, 10.3.1), and with it the largest TPM2B_DIGEST. */
export const MAX_DIGEST_BYTES = 64;

type CurveName = 'P-256' | 'P-384' | 'P-521';

/** A curve of TPM_ECC_CURVE. */
export type Curve = {
  readonly id: number;
  /** As JWK and people spell it. */
  readonly name: CurveName;
  /** As OpenSSL, and so `node:crypto`, spells it. */
  readonly opensslName: string;
  readonly fieldBytes: number;
  /** n, the order of the base point (FIPS 186-5 and SP 800-186, 3.2.1). */
  readonly order: bigint;
};

const CURVES: readonly Curve[] = [
  {
    id: 0x0003,
    name: 'P-256',
    opensslName: 'prime256v1',
    fieldBytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    id: 0x0004,
    name: 'P-384',
    opensslName: 'secp384r1',
    fieldBytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    id: 0x0005,
    name: 'P-521',
    opensslName: 'secp521r1',
    fieldBytes: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

const curvesById = new Map(CURVES.map((curve) => [curve.id, curve]));

export function curveById(id: number): Curve | undefined {
  return curvesById.get(id);
}

export function curveByOpensslName(name: string): Curve | undefined {
  return CURVES.find((curve) => curve.opensslName === name);
}

/** The longest coordinate, and the longest half of an ECDSA signature. */
export const MAX_ECC_PARAMETER_BYTES = 66;

/** RSA-4096: the longest modulus, signature and encrypted secret. */
export const MAX_RSA_KEY_BYTES = 512;

/** `0x000b`, as the standard's tables print identifiers. */
export function algorithmText(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}
