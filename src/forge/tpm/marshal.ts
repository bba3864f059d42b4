import type { KeyObject } from 'node:crypto';
import type { PcrChoice } from '../../agent/tpm/selection.ts';
import { concatBytes } from '../../bytes/concat.ts';
import { fromBase64Url, fromHex } from '../../bytes/text.ts';
import {
  hashAlgorithmByName,
  TPM_ALG,
  TPM_GENERATED_VALUE,
  TPM_ST_ATTEST_QUOTE,
} from '../../evidence/tpm/algorithms.ts';
import type { TpmsClockInfo } from '../../evidence/tpm/attest.ts';
import { toTpm2b } from '../../evidence/tpm/credential.ts';

/**
 * TPM 2.0 structures in the direction that a TPM writes them (Library Part 2). Synthetic: the keys in them are held by
 * this process.
 */
const SHA256 = 0x000b;
const SHA384 = 0x000c;

/** TPMA_OBJECT of an attestation key, as tpm2_createak sets it. */
const AK_ATTRIBUTES = 0x00050072;

/** TCG EK Credential Profile 2.5, B.3.3, B.3.4 (templates L-1 and L-2) and B.4.5 (H-3). */
const EK_TEMPLATES = {
  rsa2048: { nameAlg: SHA256, attributes: 0x000300b2, aesBits: 128, policy: 'low' },
  ecc256: { nameAlg: SHA256, attributes: 0x000300b2, aesBits: 128, policy: 'low' },
  ecc384: { nameAlg: SHA384, attributes: 0x000300f2, aesBits: 256, policy: 'high384' },
} as const;

/** PolicySecret(TPM_RH_ENDORSEMENT) (B.6.2), and PolicyB for SHA-384 (B.6.4). */
const POLICIES = {
  low: '837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa',
  high384: 'b26e7d28d11a50bc53d882bcf5fd3a1a074148bb35d3b4e4cb1c0ad9bde419cacb47ba09699646150f9fc000f3f80e12',
} as const;

export type EkTemplate = keyof typeof EK_TEMPLATES;

/** TPM2B_PUBLIC of an endorsement key (its public half) by its template. */
export function marshalEkPublic(template: EkTemplate, key: KeyObject): Uint8Array {
  const { nameAlg, attributes, aesBits, policy } = EK_TEMPLATES[template];
  const symmetric = concatBytes([u16(TPM_ALG.AES), u16(aesBits), u16(TPM_ALG.CFB)]);
  const authPolicy = fromHex(POLICIES[policy], 'policy');
  return marshalPublic(key, { nameAlg, attributes, authPolicy, symmetric, scheme: u16(TPM_ALG.NULL) });
}

/** TPM2B_PUBLIC of a restricted signing key: RSASSA or ECDSA, with SHA-256. */
export function marshalAkPublic(key: KeyObject): Uint8Array {
  const scheme = key.asymmetricKeyType === 'rsa' ? TPM_ALG.RSASSA : TPM_ALG.ECDSA;
  return marshalPublic(key, {
    nameAlg: SHA256,
    attributes: AK_ATTRIBUTES,
    authPolicy: new Uint8Array(),
    symmetric: u16(TPM_ALG.NULL),
    scheme: concatBytes([u16(scheme), u16(SHA256)]),
  });
}

type PublicParts = {
  readonly nameAlg: number;
  readonly attributes: number;
  readonly authPolicy: Uint8Array;
  readonly symmetric: Uint8Array;
  readonly scheme: Uint8Array;
};

/** TPMT_PUBLIC (12.2.4) with its size. */
function marshalPublic(key: KeyObject, parts: PublicParts): Uint8Array {
  const { kty, crv, n, x, y } = key.export({ format: 'jwk' });
  const isRsa = kty === 'RSA';
  const head = [
    u16(isRsa ? TPM_ALG.RSA : TPM_ALG.ECC),
    u16(parts.nameAlg),
    u32(parts.attributes),
    toTpm2b(parts.authPolicy),
    parts.symmetric,
    parts.scheme,
  ];
  // Exponent zero stands for 65537; TPM_ECC_NIST_P256 is 3 and P384 is 4; there is no KDF.
  const modulus = bytesOf(n);
  const tail = isRsa
    ? [u16(modulus.length * 8), u32(0), toTpm2b(modulus)]
    : [u16(crv === 'P-256' ? 3 : 4), u16(TPM_ALG.NULL), toTpm2b(bytesOf(x)), toTpm2b(bytesOf(y))];
  return toTpm2b(concatBytes([...head, ...tail]));
}

export type QuoteParts = {
  readonly qualifiedSigner: Uint8Array;
  readonly extraData: Uint8Array;
  readonly clockInfo: TpmsClockInfo;
  readonly firmwareVersion: bigint;
  readonly choice: PcrChoice;
  readonly pcrDigest: Uint8Array;
};

/** TPMS_ATTEST of a quote (10.12.12). */
export function marshalQuote(parts: QuoteParts): Uint8Array {
  const { clock, resetCount, restartCount, safe } = parts.clockInfo;
  return concatBytes([
    u32(TPM_GENERATED_VALUE),
    u16(TPM_ST_ATTEST_QUOTE),
    toTpm2b(parts.qualifiedSigner),
    toTpm2b(parts.extraData),
    u64(clock),
    u32(resetCount),
    u32(restartCount),
    Uint8Array.of(safe ? 1 : 0),
    u64(parts.firmwareVersion),
    marshalSelection(parts.choice),
    toTpm2b(parts.pcrDigest),
  ]);
}

/** TPML_PCR_SELECTION (10.9.7) with three octets for each bank, as PC clients' TPMs have them. */
function marshalSelection(choice: PcrChoice): Uint8Array {
  const banks = choice.map(({ bank, pcrs }) => {
    const mask = new Uint8Array(3);
    for (const pcr of pcrs) mask[pcr >> 3] = (mask[pcr >> 3] ?? 0) | (1 << (pcr & 7));
    return concatBytes([u16(hashAlgorithmByName(bank)?.id ?? 0), Uint8Array.of(mask.length), mask]);
  });
  return concatBytes([u32(choice.length), ...banks]);
}

/** TPMT_SIGNATURE (11.3.4) around a signature as `node:crypto` makes it, ECDSA in its IEEE P1363 form. */
export function marshalSignature(kind: 'rsa' | 'ecc', signature: Uint8Array): Uint8Array {
  if (kind === 'rsa') return concatBytes([u16(TPM_ALG.RSASSA), u16(SHA256), toTpm2b(signature)]);
  const half = signature.length / 2;
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map(toTpm2b);
  return concatBytes([u16(TPM_ALG.ECDSA), u16(SHA256), ...numbers]);
}

function bytesOf(member: string | undefined): Uint8Array {
  return fromBase64Url(member ?? '', 'jwk');
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function u32(value: number): Uint8Array {
  return concatBytes([u16(value >>> 16), u16(value & 0xffff)]);
}

function u64(value: bigint): Uint8Array {
  return concatBytes([u32(Number(value >> 32n)), u32(Number(value & 0xffffffffn))]);
}
