import type { KeyObject } from 'node:crypto';
import { writeExplicit, writeInteger, writeSequence, writeTime } from '../../bytes/der-writer.ts';
import { amdName, authorityKeyIdentifier, extension } from './certificate.ts';
import { type SigningForm, signedSequence } from './signature.ts';

const CRL_NUMBER = '2.5.29.20';

export type CrlParts = {
  /** Common name. */
  readonly issuer: string;
  readonly thisUpdate: Date;
  /** Null leaves it out. */
  readonly nextUpdate: Date | null;
  /** Serials. */
  readonly revoked: readonly number[];
  readonly signer: KeyObject;
  readonly signing: SigningForm;
  /** Whole elements. */
  readonly extensions: readonly Uint8Array[];
};

/** CertificateList version 2 (RFC 5280, 5.1), signed as AMD signs. */
export function writeCrl(parts: CrlParts): Uint8Array {
  const entries = parts.revoked.map((serial) =>
    writeSequence(writeInteger(serial), writeTime(parts.thisUpdate)),
  );
  return signedSequence(
    (algorithm) =>
      writeSequence(
        writeInteger(1),
        algorithm,
        amdName(parts.issuer),
        writeTime(parts.thisUpdate),
        ...(parts.nextUpdate === null ? [] : [writeTime(parts.nextUpdate)]),
        ...(entries.length === 0 ? [] : [writeSequence(...entries)]),
        writeExplicit(0, writeSequence(...parts.extensions)),
      ),
    parts.signer,
    parts.signing,
  );
}

export function crlExtensions(issuerKey: KeyObject, number: number): Uint8Array[] {
  return [authorityKeyIdentifier(issuerKey), extension(CRL_NUMBER, writeInteger(number))];
}
