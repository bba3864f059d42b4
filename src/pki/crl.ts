import { hash } from 'node:crypto';
import { DerReader } from '../bytes/der.ts';
import { contextConstructed, TAG } from '../bytes/der-tag.ts';
import type { DerTime } from '../bytes/der-time.ts';
import { equalBytes } from '../bytes/equal.ts';
import { toHex } from '../bytes/text.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import { NO_ENTRIES, type RevokedEntries, type RevokedEntry, readEntries } from './crl-entries.ts';
import { type CrlExtensions, NO_CRL_EXTENSIONS, readCrlExtensions } from './crl-extensions.ts';
import { type Name, readName } from './name.ts';

/**
 * A certificate revocation list (RFC 5280, section 5), parsed and nothing more: nobody has checked who signed it, when it
 * is valid or what it covers. That is `verifyRevocation`'s.
 */
export type Crl = {
  /** SHA-256 of the whole CRL, lower-case hexadecimal: what a record of a decision names it by. */
  readonly sha256: string;
  /** TBSCertList, exactly the bytes that were signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  /** Null where it is absent, which section 5.1.2.5 forbids: such a CRL never grows old, so it is never fresh. */
  readonly nextUpdate: Date | null;
  readonly extensions: CrlExtensions;
  readonly entries: RevokedEntries;
  /** Critical entry extensions that are not understood: with any, the CRL must not be used (section 5.3). */
  readonly unknownCriticalEntry: readonly string[];
  /** A certificate stands twice among the entries. */
  readonly repeatsEntries: boolean;
  /** What section 5 forbids issuers but section 6.3 does not ask: profiles decide about it. */
  readonly departures: readonly CrlDeparture[];
};

/** Departures from section 5 that genuine CRLs have. Everything else that is not as RFC 5280 has it is refused. */
export type CrlDeparture =
  /** 5.1.2.1: version 1, which has no extensions. */
  | 'version_1'
  /** 5.1.2.4 to 6: GeneralizedTime before 2050. */
  | 'generalized_time_early'
  /** 5.1.2.6: a list of entries that is there and empty. */
  | 'entries_empty'
  /** 5.2.1: no key identifier of the issuer. */
  | 'authority_key_identifier_missing'
  /** 5.2.3 */
  | 'crl_number_missing'
  | 'crl_number_critical';

export type CrlLimits = {
  /** Ceiling of the encoding; 8 MiB unless given, and never above 16 MiB. Vendors' CRLs stay below 100 KiB. */
  readonly maxBytes?: number;
  /** Ceiling of the number of entries; 200,000 unless given. */
  readonly maxEntries?: number;
};

const MAX_SIGNATURE_OCTETS = 2600;
const MAX_EXTENSIONS_OCTETS = 65_535;

/**
 * Reads one DER CertificateList, strictly, and nothing after it. The input is copied.
 *
 * Supports versions 1 and 2, complete, delta and indirect CRLs; departures from section 5 are listed.
 *
 * Throws FormatError. Unproven afterwards: everything that the CRL says.
 */
export function parseCrl(input: Uint8Array, limits: CrlLimits = {}): Crl {
  const { maxBytes = 8 << 20, maxEntries = 200_000 } = limits;
  const der = new Uint8Array(input);
  return DerReader.parse(der, 'CertificateList', (reader) =>
    reader.sequence('certificateList', maxBytes, (outer) => {
      const { value: body, raw: tbs } = outer.withBytes((inner) => readTbs(inner, { maxBytes, maxEntries }));
      const signatureAlgorithm = readAlgorithmIdentifier(outer, 'signatureAlgorithm');
      // 5.1.1.2: the algorithm inside the signature must be the one outside, which nobody signed.
      if (!equalBytes(signatureAlgorithm.der, body.algorithm.der)) {
        throw outer.error('bad_value', 'signatureAlgorithm', 'differs from the signed one');
      }
      const signature = outer.bitStringOctets('signatureValue', MAX_SIGNATURE_OCTETS);
      const { algorithm: _, ...fields } = body;
      const sha256 = hash('sha256', der, 'hex');
      return { sha256, tbs, signatureAlgorithm, signature, ...fields };
    }),
  );
}

/** What a CRL says of one certificate: its issuer, and its serial number as an INTEGER's contents. */
export function findEntry(crl: Crl, issuer: Name, serialNumber: Uint8Array): RevokedEntry | undefined {
  return crl.entries.get(issuer.canonical)?.get(toHex(serialNumber));
}

function readTbs(outer: DerReader, limits: Required<CrlLimits>) {
  return outer.sequence('tbsCertList', limits.maxBytes, (reader) => {
    const isV2 = reader.has(TAG.integer);
    if (isV2 && reader.smallInteger('version', 1) !== 1) throw reader.error('bad_value', 'version', 'is 0');
    const algorithm = readAlgorithmIdentifier(reader, 'signature');
    const issuer = readName(reader, 'issuer');
    const thisUpdate = reader.time('thisUpdate');
    const hasNext = reader.has(TAG.utcTime) || reader.has(TAG.generalizedTime);
    const nextUpdate = hasNext ? reader.time('nextUpdate') : null;
    const hasEntries = reader.has(TAG.sequence);
    const list = hasEntries ? readEntries(reader, issuer, limits) : NO_ENTRIES;
    const extensions =
      isV2 && reader.has(contextConstructed(0))
        ? reader.nested(contextConstructed(0), 'extensions', MAX_EXTENSIONS_OCTETS, readCrlExtensions)
        : NO_CRL_EXTENSIONS;
    if (!isV2 && list.hasExtensions)
      throw reader.error('bad_value', 'version', 'has no extensions of entries');
    // 5.3.3: only an indirect CRL may speak of other issuers' certificates; who knew none would misread it.
    if (list.namesIssuers && extensions.issuingDistributionPoint?.indirectCRL !== true) {
      throw reader.error('bad_value', 'certificateIssuer', 'stands in a CRL that is not indirect');
    }
    return {
      algorithm,
      issuer,
      thisUpdate: thisUpdate.instant,
      nextUpdate: nextUpdate?.instant ?? null,
      extensions,
      entries: list.entries,
      unknownCriticalEntry: list.unknownCriticalEntry,
      repeatsEntries: list.repeats,
      departures: departuresOf(
        isV2,
        extensions,
        [thisUpdate, nextUpdate],
        hasEntries && list.entries.size === 0,
      ),
    };
  });
}

function departuresOf(
  isV2: boolean,
  extensions: CrlExtensions,
  times: readonly (DerTime | null)[],
  hasEmptyList: boolean,
): CrlDeparture[] {
  const departures: CrlDeparture[] = [];
  if (!isV2) departures.push('version_1');
  if (times.some((time) => time?.form === 'generalized' && time.instant.getUTCFullYear() < 2050)) {
    departures.push('generalized_time_early');
  }
  if (hasEmptyList) departures.push('entries_empty');
  if (extensions.authorityKeyIdentifier === null) departures.push('authority_key_identifier_missing');
  if (extensions.crlNumber === null) departures.push('crl_number_missing');
  if (extensions.crlNumberCritical) departures.push('crl_number_critical');
  return departures;
}
