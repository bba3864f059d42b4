import { hash } from 'node:crypto';
import { concatBytes } from '../../../bytes/concat.ts';
import { FormatError } from '../../../bytes/errors.ts';
import type { HashName } from '../../tpm/algorithms.ts';

/**
 * Templates of Linux's Integrity Measurement Architecture (Documentation/security/IMA-templates.rst): what an entry of the
 * log holds, and what of it is hashed into PCR 10. Read here: ima, ima-ng, ima-sig, ima-buf, ima-modsig, ima-ngv2 and
 * ima-sigv2. Every other one is refused: its fields are unknown, and with them what was measured.
 */
export type ImaField = 'd' | 'd-ng' | 'd-ngv2' | 'n' | 'n-ng' | 'sig' | 'buf' | 'd-modsig' | 'modsig';

export const IMA_TEMPLATES: ReadonlyMap<string, readonly ImaField[]> = new Map<string, readonly ImaField[]>([
  ['ima', ['d', 'n']],
  ['ima-ng', ['d-ng', 'n-ng']],
  ['ima-sig', ['d-ng', 'n-ng', 'sig']],
  ['ima-buf', ['d-ng', 'n-ng', 'buf']],
  ['ima-modsig', ['d-ng', 'n-ng', 'sig', 'd-modsig', 'modsig']],
  ['ima-ngv2', ['d-ngv2', 'n-ng']],
  ['ima-sigv2', ['d-ngv2', 'n-ng', 'sig']],
]);

/** The fields of one entry, each as the kernel keeps it. */
export type ImaFields = readonly { readonly field: ImaField; readonly bytes: Uint8Array }[];

/** A file's digest as an entry states it. */
export type ImaFileDigest = {
  /** `ima`, or `verity` where the digest is of a Merkle tree; null in templates before ima-ngv2. */
  readonly type: string | null;
  readonly algorithm: string;
  readonly digest: Uint8Array;
};

/** IMA_EVENT_NAME_LEN_MAX + 1 (security/integrity/ima/ima.h): the template `ima` hashes names filled up to this. */
const OLD_NAME_BYTES = 256;

/**
 * What the kernel hashes (ima_crypto.c, ima_calc_field_array_hash): the fields, each behind its length in 32 bits,
 * little-endian as on every machine that this is read from; in the template `ima` without lengths.
 */
export function templateHash(template: string, fields: ImaFields, bank: HashName): Uint8Array {
  return hash(bank, concatBytes(fields.flatMap((field) => hashedField(template, field))), 'buffer');
}

function hashedField(template: string, { field, bytes }: ImaFields[number]): readonly Uint8Array[] {
  if (template !== 'ima') return [u32le(bytes.length), bytes];
  return field === 'n' ? [bytes, new Uint8Array(Math.max(0, OLD_NAME_BYTES - bytes.length))] : [bytes];
}

export function u32le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** `sha256:` and a zero, or `verity:sha256:` and a zero, then the digest; in `d` 20 or 16 octets alone. */
export function fileDigest(field: ImaField, bytes: Uint8Array): ImaFileDigest {
  if (field === 'd') return { type: null, algorithm: bytes.length === 16 ? 'md5' : 'sha1', digest: bytes };
  const end = bytes.indexOf(0);
  const words = Buffer.from(bytes.subarray(0, Math.max(0, end)))
    .toString('latin1')
    .split(':');
  const [first = '', second = '', third] = words;
  const versioned = field === 'd-ngv2';
  const complete = versioned ? words.length === 3 && third === '' : words.length === 2 && second === '';
  const algorithm = versioned ? second : first;
  if (!complete || !/^[a-z0-9-]{1,32}$/.test(algorithm)) {
    const path = `imaEntry.${field}`;
    throw new FormatError('bad_value', `${path} names no algorithm`, { path });
  }
  return { type: versioned ? first : null, algorithm, digest: bytes.subarray(end + 1) };
}
