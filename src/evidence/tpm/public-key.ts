import { createPublicKey, type KeyObject } from 'node:crypto';
import { toBase64Url } from '../../bytes/text.ts';
import { TpmError } from './errors.ts';
import type { EccPublic, TpmtPublic } from './public.ts';

/**
 * Turns a public area into a key that `node:crypto` can use.
 * @throws TpmError `tpm_key_unusable`: the point is not on its curve, or the modulus is no modulus
 */
export function importPublicKey(area: TpmtPublic): KeyObject {
  try {
    return createPublicKey({ format: 'jwk', key: area.type === 'rsa' ? rsaJwk(area) : eccJwk(area) });
  } catch (cause) {
    throw new TpmError('tpm_key_unusable', `the ${area.type.toUpperCase()} public area holds no usable key`, {
      path: 'tpmtPublic.unique',
      cause,
    });
  }
}

function rsaJwk(area: TpmtPublic & { type: 'rsa' }): { kty: 'RSA'; n: string; e: string } {
  const exponent = Buffer.alloc(4);
  exponent.writeUInt32BE(area.exponent);
  const start = exponent.findIndex((octet) => octet !== 0);
  return { kty: 'RSA', n: toBase64Url(area.modulus), e: toBase64Url(exponent.subarray(start)) };
}

function eccJwk(area: EccPublic): { kty: 'EC'; crv: string; x: string; y: string } {
  const { name, fieldBytes } = area.curve;
  return {
    kty: 'EC',
    crv: name,
    x: toBase64Url(leftPad(area.x, fieldBytes)),
    y: toBase64Url(leftPad(area.y, fieldBytes)),
  };
}

/** Big-endian numbers of fixed width: some TPMs drop leading zeros where others keep them. */
export function leftPad(number: Uint8Array, width: number): Uint8Array {
  if (number.length >= width) return number;
  const padded = new Uint8Array(width);
  padded.set(number, width - number.length);
  return padded;
}
