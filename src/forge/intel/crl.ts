import { TAG } from '../../bytes/der-tag.ts';
import {
  writeElement,
  writeExplicit,
  writeInteger,
  writeSequence,
  writeTime,
} from '../../bytes/der-writer.ts';
import { authorityKeyIdentifier, ECDSA_WITH_SHA256, extension, sealed, writeName } from './certificate.ts';
import type { SigningKey } from './signing-key.ts';

const OID = { cRLNumber: '2.5.29.20', cRLReason: '2.5.29.21' } as const;
const KEY_COMPROMISE = 1;

export type CrlFields = {
  readonly issuerName: string;
  readonly issuerKey: SigningKey;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Serial numbers, big-endian. Intel's lists state key compromise as the reason of each. */
  readonly revoked: readonly Uint8Array[];
  /** Intel's stays 1 for ever. */
  readonly crlNumber: number;
  /** Whole extensions after the two that each of Intel's lists has. */
  readonly extensions: readonly Uint8Array[];
  /** Signs in the issuer's place, without its name: for a signature that does not hold. */
  readonly forger: SigningKey | null;
};

/** A CRL in the layout of Intel's. */
export function writeCrl(fields: CrlFields): Uint8Array {
  const entries = fields.revoked.map((serial) =>
    writeSequence(
      writeInteger(serial),
      writeTime(fields.thisUpdate),
      writeSequence(
        extension(OID.cRLReason, false, writeElement(TAG.enumerated, Uint8Array.of(KEY_COMPROMISE))),
      ),
    ),
  );
  const tbs = writeSequence(
    writeInteger(1),
    ECDSA_WITH_SHA256,
    writeName(fields.issuerName),
    writeTime(fields.thisUpdate),
    writeTime(fields.nextUpdate),
    ...(entries.length === 0 ? [] : [writeSequence(...entries)]),
    writeExplicit(
      0,
      writeSequence(
        extension(OID.cRLNumber, false, writeInteger(fields.crlNumber)),
        authorityKeyIdentifier(fields.issuerKey),
        ...fields.extensions,
      ),
    ),
  );
  return sealed(tbs, fields.forger ?? fields.issuerKey);
}
