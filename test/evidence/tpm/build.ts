import { constants, hash, type KeyObject, sign } from 'node:crypto';
import { type HashName, hashAlgorithmByName, TPM_ALG } from '../../../src/evidence/tpm/algorithms.ts';

/**
 * Writes TPM structures for tests, field by field and independently of the parsers: whatever a genuine TPM would never
 * sign can be made here, and only under keys made on the spot.
 */

type Part = Uint8Array | readonly Part[];

export const join = (...parts: readonly Part[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : join(...part)))));

export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
export const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
export const sized = (value: Uint8Array): Uint8Array => join(u16(value.length), value);

const AK_ATTRIBUTES = 0x00050072;
const EK_ATTRIBUTES = 0x000300b2;

export type AreaOptions = {
  readonly kind: 'ak' | 'ek';
  readonly attributes?: number;
  readonly nameAlg?: HashName;
  readonly aesBits?: number;
  readonly scheme?: 'rsassa' | 'rsapss' | 'ecdsa' | 'none';
  readonly schemeHash?: HashName;
  readonly authPolicy?: Uint8Array;
};

const SCHEMES = { rsassa: TPM_ALG.RSASSA, rsapss: TPM_ALG.RSAPSS, ecdsa: TPM_ALG.ECDSA } as const;
const idOf = (name: HashName): number => hashAlgorithmByName(name)?.id ?? 0;

function head(type: number, options: AreaOptions, defaultScheme: 'rsassa' | 'ecdsa'): Uint8Array {
  const { kind, nameAlg = 'sha256', aesBits = 128, schemeHash = 'sha256' } = options;
  const attributes = options.attributes ?? (kind === 'ak' ? AK_ATTRIBUTES : EK_ATTRIBUTES);
  const symmetric =
    kind === 'ak' ? u16(TPM_ALG.NULL) : join(u16(TPM_ALG.AES), u16(aesBits), u16(TPM_ALG.CFB));
  const scheme = options.scheme ?? (kind === 'ak' ? defaultScheme : 'none');
  const schemePart =
    scheme === 'none' ? u16(TPM_ALG.NULL) : join(u16(SCHEMES[scheme]), u16(idOf(schemeHash)));
  const policy = options.authPolicy ?? new Uint8Array();
  return join(u16(type), u16(idOf(nameAlg)), u32(attributes), sized(policy), symmetric, schemePart);
}

/** A TPMT_PUBLIC around an RSA key. */
export function rsaPublicArea(key: KeyObject, options: AreaOptions): Uint8Array {
  const modulus = new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url'));
  return join(head(TPM_ALG.RSA, options, 'rsassa'), u16(modulus.length * 8), u32(0), sized(modulus));
}

const CURVE_IDS: Readonly<Record<string, number>> = { 'P-256': 3, 'P-384': 4, 'P-521': 5 };

/** A TPMT_PUBLIC around an EC key. */
export function eccPublicArea(key: KeyObject, options: AreaOptions): Uint8Array {
  const { crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinates = [x, y].map((text) => sized(new Uint8Array(Buffer.from(text, 'base64url'))));
  return join(head(TPM_ALG.ECC, options, 'ecdsa'), u16(CURVE_IDS[crv] ?? 0), u16(TPM_ALG.NULL), coordinates);
}

export type QuoteOptions = {
  readonly magic?: number;
  readonly type?: number;
  readonly qualifiedSigner?: Uint8Array;
  readonly extraData?: Uint8Array;
  readonly safe?: number;
  /** Bank, and its PCR numbers. */
  readonly selection?: readonly (readonly [HashName, readonly number[]])[];
  readonly pcrDigest?: Uint8Array;
};

/** A TPMS_ATTEST of type quote. */
export function attestation(options: QuoteOptions): Uint8Array {
  const banks = (options.selection ?? [['sha256', [0]]]).map(([name, pcrs]) => {
    const mask = pcrs.reduce((sum, pcr) => sum | (1 << pcr), 0) >>> 0;
    return join(
      u16(idOf(name)),
      u8(3),
      Uint8Array.of(mask & 0xff, (mask >>> 8) & 0xff, (mask >>> 16) & 0xff),
    );
  });
  return join(
    u32(options.magic ?? 0xff544347),
    u16(options.type ?? 0x8018),
    sized(options.qualifiedSigner ?? join(u16(0x000b), new Uint8Array(32).fill(7))),
    sized(options.extraData ?? new Uint8Array()),
    join(u32(0), u32(1000), u32(3), u32(1), u8(options.safe ?? 1)),
    join(u32(0x20240101), u32(0)),
    u32(banks.length),
    banks,
    sized(options.pcrDigest ?? new Uint8Array(32)),
  );
}

export const digestOf = (name: HashName, ...values: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(hash(name, join(...values), 'buffer'));

/** Signs and writes a TPMT_SIGNATURE. */
export function signature(
  scheme: 'rsassa' | 'rsapss' | 'ecdsa',
  hashName: HashName,
  key: KeyObject,
  message: Uint8Array,
): Uint8Array {
  const start = join(u16(SCHEMES[scheme]), u16(idOf(hashName)));
  if (scheme === 'ecdsa') {
    const halves = sign(hashName, message, { key, dsaEncoding: 'ieee-p1363' });
    const middle = halves.length / 2;
    return join(start, sized(halves.subarray(0, middle)), sized(halves.subarray(middle)));
  }
  const padding = scheme === 'rsapss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return join(start, sized(sign(hashName, message, { key, padding })));
}
