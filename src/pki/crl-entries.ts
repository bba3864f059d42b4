import type { DerReader } from '../bytes/der.ts';
import { TAG } from '../bytes/der-tag.ts';
import { equalBytes } from '../bytes/equal.ts';
import { toHex } from '../bytes/text.ts';
import { type EntryExtensions, readEntryExtensions } from './crl-extensions.ts';
import type { GeneralName } from './general-name.ts';
import type { Name } from './name.ts';
import type { RevocationReason } from './revocation-reason.ts';

/** One revoked certificate. */
export type RevokedEntry = {
  readonly revocationDate: Date;
  readonly reason: RevocationReason;
  readonly invalidityDate: Date | null;
};

/** By the canonical name of the certificates' issuer, then by serial number (an INTEGER's contents) in hexadecimal. */
export type RevokedEntries = ReadonlyMap<string, ReadonlyMap<string, RevokedEntry>>;

export type CrlEntries = {
  readonly entries: RevokedEntries;
  readonly unknownCriticalEntry: readonly string[];
  readonly hasExtensions: boolean;
  /** An entry names its certificate's issuer. */
  readonly namesIssuers: boolean;
  /** A certificate stands twice. */
  readonly repeats: boolean;
};

export const NO_ENTRIES: CrlEntries = {
  entries: new Map(),
  unknownCriticalEntry: [],
  hasExtensions: false,
  namesIssuers: false,
  repeats: false,
};

const MAX_SERIAL_OCTETS = 64;
const MAX_ENTRY_OCTETS = 65_535;

/** revokedCertificates (RFC 5280, section 5.1.2.6). Throws FormatError. */
export function readEntries(
  outer: DerReader,
  crlIssuer: Name,
  { maxBytes, maxEntries }: { readonly maxBytes: number; readonly maxEntries: number },
): CrlEntries {
  const entries = new Map<string, Map<string, RevokedEntry>>();
  const unknown = new Set<string>();
  let [hasExtensions, namesIssuers, repeats] = [false, false, false];
  // 5.3.3: the issuer stays what an entry before said, and begins as the CRL's own.
  let issuer = crlIssuer;
  // A list's entries mostly say the same: what was read of the one before is not read again.
  let before: { readonly raw: Uint8Array; readonly extensions: EntryExtensions } | null = null;
  const extensionsOf = (reader: DerReader): Partial<EntryExtensions> => {
    if (reader.atEnd) return {};
    const raw = reader.peek(MAX_ENTRY_OCTETS);
    if (raw === null) return readEntryExtensions(reader);
    if (before !== null && equalBytes(before.raw, raw)) reader.skip('crlEntryExtensions', MAX_ENTRY_OCTETS);
    else before = { raw, extensions: readEntryExtensions(reader) };
    return before.extensions;
  };
  const readEntry = (reader: DerReader): void => {
    const serial = toHex(reader.integer('userCertificate', MAX_SERIAL_OCTETS));
    const revocationDate = reader.time('revocationDate').instant;
    const extensions = extensionsOf(reader);
    const { reason = 'unspecified', invalidityDate = null, certificateIssuer } = extensions;
    hasExtensions ||= extensions.reason !== undefined;
    if (certificateIssuer) {
      issuer = directoryName(reader, certificateIssuer);
      namesIssuers = true;
    }
    for (const oid of extensions.unknownCritical ?? []) unknown.add(oid);
    const ofIssuer = entries.get(issuer.canonical) ?? new Map<string, RevokedEntry>();
    entries.set(issuer.canonical, ofIssuer);
    repeats ||= ofIssuer.has(serial);
    // Listed twice: the revocation outweighs the removal, whichever comes first.
    if (reason !== 'removeFromCRL' || !ofIssuer.has(serial)) {
      ofIssuer.set(serial, { revocationDate, reason, invalidityDate });
    }
  };
  outer.sequenceOf(
    'revokedCertificates',
    maxBytes,
    maxEntries,
    (list) => list.sequence('revokedCertificate', MAX_ENTRY_OCTETS, readEntry),
    TAG.sequence,
    0,
  );
  return { entries, unknownCriticalEntry: [...unknown], hasExtensions, namesIssuers, repeats };
}

function directoryName(reader: DerReader, names: readonly GeneralName[]): Name {
  const found = names.find((name) => name.form === 'directoryName');
  if (found === undefined) throw reader.error('unsupported', 'certificateIssuer', 'has no directory name');
  return found.value;
}
