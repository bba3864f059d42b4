import { constants, createECDH, type KeyObject, privateDecrypt } from 'node:crypto';
import { Cursor } from '../../bytes/cursor.ts';
import { type Curve, type HashAlgorithm, MAX_ECC_PARAMETER_BYTES } from './algorithms.ts';
import { TpmError } from './errors.ts';
import { kdfE, zeroTerminated } from './kdf.ts';
import { encryptOaep } from './oaep.ts';
import type { EccPublic, RsaPublic } from './public.ts';
import { importPublicKey, leftPad } from './public-key.ts';

/**
 * Secret sharing, the labelled encapsulation of a seed to a TPM's decryption key (Library Part 1, B.10 for RSA and
 * C.6 for ECC). The label says what the seed is for ("IDENTITY", "DUPLICATE", "SECRET"), so that no seed made for one
 * purpose serves another.
 */
export type Encapsulated = {
  readonly seed: Uint8Array;
  /** The contents of a TPM2B_ENCRYPTED_SECRET, without its size. */
  readonly encryptedSecret: Uint8Array;
};

/**
 * @param seed as long as the key's name hash, uniformly random
 * @param salt as long as the OAEP hash, uniformly random
 */
export function encapsulateRsa(
  area: RsaPublic,
  label: string,
  seed: Uint8Array,
  salt: Uint8Array,
): Encapsulated {
  const key = importPublicKey(area);
  const modulusBytes = area.modulus.length;
  const encryptedSecret = encryptOaep(key, modulusBytes, oaepHash(area), zeroTerminated(label), seed, salt);
  return { seed, encryptedSecret };
}

export function decapsulateRsa(
  area: RsaPublic,
  label: string,
  key: KeyObject,
  encryptedSecret: Uint8Array,
): Uint8Array {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const oaep = { key, padding, oaepHash: oaepHash(area).name, oaepLabel: zeroTerminated(label) };
  try {
    return new Uint8Array(privateDecrypt(oaep, encryptedSecret));
  } catch (cause) {
    throw new TpmError('tpm_credential_rejected', 'the encrypted secret was not made for this key', {
      cause,
    });
  }
}

/** @param scalar the ephemeral private key, between 1 and n - 1, big-endian; see {@link ephemeralScalar} */
export function encapsulateEcc(area: EccPublic, label: string, scalar: Uint8Array): Encapsulated {
  const { curve } = area;
  const ephemeral = createECDH(curve.opensslName);
  try {
    ephemeral.setPrivateKey(leftPad(scalar, curve.fieldBytes));
  } catch (cause) {
    throw new TpmError('tpm_bad_argument', `the ephemeral scalar is not one of ${curve.name}`, { cause });
  }
  const z = agree(ephemeral, area);
  const point = ephemeral.getPublicKey();
  const x = point.subarray(1, 1 + curve.fieldBytes);
  const y = point.subarray(1 + curve.fieldBytes);
  const seed = eccSeed(area.nameAlg, curve, z, label, x, area.x);
  return { seed, encryptedSecret: Buffer.concat([sized(x), sized(y)]) };
}

export function decapsulateEcc(
  area: EccPublic,
  label: string,
  scalar: Uint8Array,
  encryptedSecret: Uint8Array,
): Uint8Array {
  const cursor = new Cursor(encryptedSecret, 'tpmsEccPoint');
  const x = cursor.sized16be('x', MAX_ECC_PARAMETER_BYTES);
  const y = cursor.sized16be('y', MAX_ECC_PARAMETER_BYTES);
  cursor.end();
  const own = createECDH(area.curve.opensslName);
  own.setPrivateKey(leftPad(scalar, area.curve.fieldBytes));
  return eccSeed(area.nameAlg, area.curve, agree(own, { ...area, x, y }), label, x, area.x);
}

/**
 * An ephemeral private key from random bytes, by reduction with 64 bits to spare so that the bias is below 2^-64
 * (FIPS 186-5, A.2.1).
 * @param random at least `fieldBytes + 8` bytes
 */
export function ephemeralScalar(curve: Curve, random: Uint8Array): Uint8Array {
  const needed = curve.fieldBytes + 8;
  if (random.length < needed) {
    throw new TpmError('tpm_bad_argument', `an ephemeral key of ${curve.name} takes ${needed} random bytes`, {
      expected: `${needed} bytes`,
      actual: `${random.length} bytes`,
    });
  }
  const wide = BigInt(`0x${Buffer.from(random.subarray(0, needed)).toString('hex')}`);
  const scalar = (wide % (curve.order - 1n)) + 1n;
  return new Uint8Array(Buffer.from(scalar.toString(16).padStart(2 * curve.fieldBytes, '0'), 'hex'));
}

/** Part 1, C.6.1: partyUInfo is the ephemeral x, partyVInfo the receiver's, both at the field's width. */
function eccSeed(
  hash: HashAlgorithm,
  curve: Curve,
  z: Uint8Array,
  label: string,
  ephemeralX: Uint8Array,
  receiverX: Uint8Array,
): Uint8Array {
  const width = curve.fieldBytes;
  const [u, v] = [leftPad(ephemeralX, width), leftPad(receiverX, width)];
  return kdfE(hash, leftPad(z, width), label, u, v, hash.digestBytes * 8);
}

function agree(own: ReturnType<typeof createECDH>, area: Pick<EccPublic, 'curve' | 'x' | 'y'>): Uint8Array {
  const { fieldBytes } = area.curve;
  const point = Buffer.concat([Uint8Array.of(4), leftPad(area.x, fieldBytes), leftPad(area.y, fieldBytes)]);
  try {
    return own.computeSecret(point);
  } catch (cause) {
    throw new TpmError('tpm_key_unusable', `the point is not on ${area.curve.name}`, { cause });
  }
}

/** Part 1, B.4: the hash of the key's own OAEP scheme, else its name's. */
function oaepHash(area: RsaPublic): HashAlgorithm {
  return area.scheme?.scheme === 'oaep' && area.scheme.hash !== null ? area.scheme.hash : area.nameAlg;
}

function sized(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}
