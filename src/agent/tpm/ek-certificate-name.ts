import { hash } from 'node:crypto';
import { toBase64Url, toHex } from '../../bytes/text.ts';
import type { TpmtPublic } from '../../evidence/tpm/public.ts';
import { leftPad } from '../../evidence/tpm/public-key.ts';

/** Makers of firmware TPMs that hand out EK certificates over the network. */
export type EkMaker = 'intel' | 'amd';

/** TPM2_PT_MANUFACTURER (TCG Vendor ID Registry 1.06): four characters. */
const MAKERS: ReadonlyMap<number, EkMaker> = new Map([
  [0x494e5443, 'intel'],
  [0x414d4400, 'amd'],
]);

/** Null for makers that put the certificate into the TPM, or whose service is not known here. */
export function ekMaker(manufacturer: number): EkMaker | null {
  return MAKERS.get(manufacturer) ?? null;
}

/**
 * The last segment of the address where a maker keeps the certificate of a key. Neither documents it: both forms are
 * tpm2-tools' (tpm2_getekcertificate.c), seen to match published keys for RSA of both and for ECC of Intel. Coordinates are hashed at the field's full width; a TPM that drops leading zeros
 * gives tpm2-tools shorter ones.
 *
 * - Intel: base64url, padded and percent-encoded, of SHA-256(modulus || exponent) or SHA-256(x || y); exponent: 01 00 01.
 * - AMD: the first 16 bytes, in hexadecimal, of SHA-256(00 00 22 22 || u32 exponent || modulus) or SHA-256(00 00 44 44 || x || y).
 */
export function ekCertificateName(maker: EkMaker, area: TpmtPublic): string {
  if (maker === 'intel') return `${toBase64Url(sha256(...intelParts(area)))}%3D`;
  return toHex(sha256(...amdParts(area)).subarray(0, 16));
}

function intelParts(area: TpmtPublic): Uint8Array[] {
  if (area.type === 'ecc') return point(area);
  const exponent = bigEndian(area.exponent);
  return [area.modulus, exponent.subarray(exponent.findIndex((octet) => octet !== 0))];
}

function amdParts(area: TpmtPublic): Uint8Array[] {
  if (area.type === 'ecc') return [bigEndian(0x4444), ...point(area)];
  return [bigEndian(0x2222), bigEndian(area.exponent), area.modulus];
}

function point({ curve, x, y }: TpmtPublic & { type: 'ecc' }): Uint8Array[] {
  return [leftPad(x, curve.fieldBytes), leftPad(y, curve.fieldBytes)];
}

function bigEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
