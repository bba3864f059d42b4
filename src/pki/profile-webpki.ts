import { equalBytes } from '../bytes/equal.ts';
import { type Certificate, isSelfIssued } from './certificate.ts';
import type { DistributionPoint } from './extension-locations.ts';
import type { GeneralName } from './general-name.ts';
import { parseIpAddress } from './ip-address.ts';
import { attributeTexts, isEmptyName } from './name.ts';
import { OID } from './object-identifiers.ts';
import type { Position } from './profile.ts';

/** Purposes that a TLS server's certificate never has (BR 7.1.2.7.10). */
const FORBIDDEN_PURPOSES: ReadonlyMap<string, string> = new Map([
  [OID.anyExtendedKeyUsage, 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  [OID.ocspSigning, 'OCSPSigning'],
  ['1.3.6.1.4.1.11129.2.4.4', 'precertificate signing'],
]);

/** Rules of the CA/Browser Forum's baseline requirements (BR) that go beyond RFC 5280, as far as a path shows them. */
export function webpkiFaults(certificate: Certificate, position: Position): string[] {
  if (position === 'leaf') return leafFaults(certificate);
  return position === 'anchor' ? rootFaults(certificate) : [];
}

function leafFaults({ subject, extensions }: Certificate): string[] {
  const faults: string[] = [];
  const { basicConstraints, cRLDistributionPoints, extKeyUsage, subjectAltName } = extensions;
  if (basicConstraints?.value.cA === true) faults.push('a server is no CA (BR 7.1.2.7.8)');
  if (subjectAltName === undefined) faults.push('subjectAltName is present (BR 7.1.2.7.12)');
  else if (subjectAltName.critical !== isEmptyName(subject)) {
    faults.push('subjectAltName is critical just where there is no subject (BR 7.1.2.7.12)');
  }
  if (extKeyUsage?.critical === true) faults.push('extKeyUsage is not critical (BR 7.1.2.7.6)');
  for (const purpose of extKeyUsage?.value ?? []) {
    const name = FORBIDDEN_PURPOSES.get(purpose);
    if (name !== undefined) faults.push(`extKeyUsage lacks ${name} (BR 7.1.2.7.10)`);
  }
  if (cRLDistributionPoints?.value.every(isPlainLocation) === false) {
    faults.push('cRLDistributionPoints are URIs of http alone (BR 7.1.2.11.2)');
  }
  faults.push(...commonNameFaults({ subject, extensions }));
  return faults;
}

/** BR 7.1.2.11.2: where the CRL is, and neither for which reasons nor by whom. */
function isPlainLocation({ fullName, reasons, cRLIssuer }: DistributionPoint): boolean {
  const isHttp = (name: GeneralName): boolean =>
    name.form === 'uniformResourceIdentifier' && /^http:\/\//i.test(name.value);
  return fullName?.every(isHttp) === true && reasons === null && cRLIssuer === null;
}

/** BR 7.1.4.3: one common name at most, and it repeats an alternative name, character for character. */
function commonNameFaults({ subject, extensions }: Pick<Certificate, 'subject' | 'extensions'>): string[] {
  const names = attributeTexts(subject, OID.commonName);
  if (names.length > 1) return ['there is one common name (BR 7.1.4.3)'];
  return names
    .filter((name) => !repeatsAlternativeName(name, extensions.subjectAltName?.value ?? []))
    .map(() => 'the common name repeats an alternative name (BR 7.1.4.3)');
}

function repeatsAlternativeName(
  text: string,
  names: NonNullable<Certificate['extensions']['subjectAltName']>['value'],
): boolean {
  const address = parseIpAddress(text);
  return names.some((name) => {
    if (name.form === 'dNSName') return name.value === text;
    if (name.form !== 'iPAddress' || address === null) return false;
    return equalBytes(address.bytes, name.value) && address.canonical === text;
  });
}

/** BR 7.1.2.1: a root states no purposes, and its authority key identifier names itself by key alone. */
function rootFaults(certificate: Certificate): string[] {
  if (!isSelfIssued(certificate)) return [];
  const { extKeyUsage, authorityKeyIdentifier } = certificate.extensions;
  const faults: string[] = [];
  if (extKeyUsage !== undefined) faults.push('a root has no extKeyUsage (BR 7.1.2.1.2)');
  const issuer = authorityKeyIdentifier?.value.authorityCertIssuer ?? null;
  const serial = authorityKeyIdentifier?.value.authorityCertSerialNumber ?? null;
  if (issuer !== null || serial !== null) {
    faults.push("a root's authorityKeyIdentifier has a keyIdentifier alone (BR 7.1.2.1.3)");
  }
  return faults;
}
