import { FormatError } from '../../../bytes/errors.ts';
import { fileDigest, type ImaFields, type ImaFileDigest } from './template.ts';

/** One entry of an IMA log. Nothing in it is believed before its template hash is recomputed and the log replays. */
export type ImaEntry = {
  /** Position in the log, from 0. */
  readonly index: number;
  readonly pcr: number;
  /** As logged: of SHA-1, or of the bank whose own log this is. All zero marks a violation. */
  readonly templateDigest: Uint8Array;
  readonly template: string;
  readonly fields: ImaFields;
};

/** What an entry measures. */
export type ImaMeasurement = ImaFileDigest & {
  readonly path: string;
  /** A signature, or a buffer, beside it; null where the template has none. */
  readonly signature: Uint8Array | null;
  readonly buffer: Uint8Array | null;
};

/** PCR 10 unless a policy rule names another (`pcr=`). */
export const MAX_IMA_PCR = 23;

/**
 * A file was measured while somebody wrote to it, or written to while it was measured: nobody knows what was read. Its fields
 * are not measured: path and digest are the host's word.
 */
export function isViolation({ templateDigest }: ImaEntry): boolean {
  return templateDigest.every((octet) => octet === 0);
}

/** @throws FormatError `bad_value` */
export function measurementOf({ fields, index }: ImaEntry): ImaMeasurement {
  const bytesOf = (wanted: string): Uint8Array | null =>
    fields.find(({ field }) => field === wanted)?.bytes ?? null;
  const [digestField] = fields;
  const name = bytesOf('n-ng') ?? bytesOf('n');
  if (digestField === undefined || name === null) {
    throw new FormatError('bad_value', `imaLog.entries[${index}] has no name`, { path: 'imaLog' });
  }
  const path = Buffer.from(name).toString('utf8').replace(/\0$/, '');
  const digest = fileDigest(digestField.field, digestField.bytes);
  return { ...digest, path, signature: bytesOf('sig'), buffer: bytesOf('buf') };
}
