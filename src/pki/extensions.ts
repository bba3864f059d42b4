import { DerReader } from '../bytes/der.ts';
import type { Departures } from './departure.ts';
import {
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type KeyUsage,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readKeyUsage,
} from './extension-keys.ts';
import {
  type AccessDescription,
  type DistributionPoint,
  readAuthorityInfoAccess,
  readDistributionPoints,
} from './extension-locations.ts';
import { type NameConstraints, readAlternativeNames, readNameConstraints } from './extension-names.ts';
import {
  type PolicyConstraints,
  type PolicyInformation,
  type PolicyMapping,
  readCertificatePolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './extension-policies.ts';
import type { GeneralName } from './general-name.ts';
import { OID } from './object-identifiers.ts';

type Critical<T> = { readonly critical: boolean; readonly value: T };

/** The extensions of RFC 5280 section 4.2 that are understood here, and the bytes of all others. */
export type Extensions = {
  readonly basicConstraints?: Critical<BasicConstraints>;
  readonly keyUsage?: Critical<ReadonlySet<KeyUsage>>;
  readonly extKeyUsage?: Critical<readonly string[]>;
  readonly subjectAltName?: Critical<readonly GeneralName[]>;
  readonly nameConstraints?: Critical<NameConstraints>;
  readonly subjectKeyIdentifier?: Critical<Uint8Array>;
  readonly authorityKeyIdentifier?: Critical<AuthorityKeyIdentifier>;
  readonly certificatePolicies?: Critical<readonly PolicyInformation[]>;
  readonly policyMappings?: Critical<readonly PolicyMapping[]>;
  readonly policyConstraints?: Critical<PolicyConstraints>;
  /** SkipCerts: how many more certificates may use anyPolicy. */
  readonly inhibitAnyPolicy?: Critical<number>;
  readonly cRLDistributionPoints?: Critical<readonly DistributionPoint[]>;
  readonly authorityInfoAccess?: Critical<readonly AccessDescription[]>;
  /** By object identifier: what is not understood here, still encoded. Path validation refuses the critical ones. */
  readonly others: ReadonlyMap<string, Critical<Uint8Array>>;
};

const MAX_EXTENSION_OCTETS = 65_535;
const MAX_EXTENSIONS = 64;
const MAX_KEY_PURPOSES = 64;

/** Skip counts are small; a huge one means "never", which any number above the longest path says as well. */
const MAX_SKIP_CERTS = 0x7fff_ffff;

type Known = Omit<Extensions, 'others'>;
type Read = (reader: DerReader, critical: boolean, departures: Departures) => Known;

/** One row an extension: how its value is read. A row here means that path validation or its callers act on it. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  [
    OID.basicConstraints,
    (reader, critical, departures) => ({
      basicConstraints: { critical, value: readBasicConstraints(reader, departures) },
    }),
  ],
  [
    OID.keyUsage,
    (reader, critical, departures) => ({ keyUsage: { critical, value: readKeyUsage(reader, departures) } }),
  ],
  [OID.extKeyUsage, (reader, critical) => ({ extKeyUsage: { critical, value: readExtKeyUsage(reader) } })],
  [
    OID.subjectAltName,
    (reader, critical) => ({ subjectAltName: { critical, value: readAlternativeNames(reader) } }),
  ],
  [
    OID.nameConstraints,
    (reader, critical) => ({ nameConstraints: { critical, value: readNameConstraints(reader) } }),
  ],
  [
    OID.subjectKeyIdentifier,
    (reader, critical) => ({
      subjectKeyIdentifier: { critical, value: reader.octetString('keyIdentifier', 64) },
    }),
  ],
  [
    OID.authorityKeyIdentifier,
    (reader, critical) => ({
      authorityKeyIdentifier: { critical, value: readAuthorityKeyIdentifier(reader) },
    }),
  ],
  [
    OID.certificatePolicies,
    (reader, critical) => ({ certificatePolicies: { critical, value: readCertificatePolicies(reader) } }),
  ],
  [
    OID.policyMappings,
    (reader, critical) => ({ policyMappings: { critical, value: readPolicyMappings(reader) } }),
  ],
  [
    OID.policyConstraints,
    (reader, critical) => ({ policyConstraints: { critical, value: readPolicyConstraints(reader) } }),
  ],
  [
    OID.inhibitAnyPolicy,
    (reader, critical) => ({
      inhibitAnyPolicy: { critical, value: reader.smallInteger('skipCerts', MAX_SKIP_CERTS) },
    }),
  ],
  [
    OID.cRLDistributionPoints,
    (reader, critical) => ({ cRLDistributionPoints: { critical, value: readDistributionPoints(reader) } }),
  ],
  [
    OID.authorityInfoAccess,
    (reader, critical) => ({ authorityInfoAccess: { critical, value: readAuthorityInfoAccess(reader) } }),
  ],
]);

/**
 * Reads `[3] EXPLICIT Extensions`. Throws FormatError: for an extension that stands twice (which of the two would count?),
 * and for a known one whose value is malformed, critical or not.
 */
export function readExtensions(outer: DerReader, departures: Departures): Extensions {
  let known: Known = {};
  const others = new Map<string, Critical<Uint8Array>>();
  const seen = new Set<string>();
  outer.sequenceOf('extensions', MAX_EXTENSION_OCTETS, MAX_EXTENSIONS, (reader) =>
    reader.sequence('extension', MAX_EXTENSION_OCTETS, (inner) => {
      const oid = inner.oid('extnID');
      if (seen.has(oid)) throw inner.error('bad_value', 'extnID', `${oid} stands twice`);
      seen.add(oid);
      const critical = inner.defaultFalse('critical', () => void departures.add('default_spelled_out'));
      const value = inner.octetString('extnValue', MAX_EXTENSION_OCTETS);
      const read = READERS.get(oid);
      if (read === undefined) others.set(oid, { critical, value });
      else
        known = {
          ...known,
          ...DerReader.parse(value, `extension ${oid}`, (body) => read(body, critical, departures)),
        };
    }),
  );
  return { ...known, others };
}

/** ExtKeyUsageSyntax (section 4.2.1.12). */
function readExtKeyUsage(reader: DerReader): string[] {
  return reader.sequenceOf('extKeyUsage', 4096, MAX_KEY_PURPOSES, (inner) => inner.oid('keyPurposeId'));
}
