import { equalBytes } from '../bytes/equal.ts';
import { type Certificate, isSelfIssued } from './certificate.ts';
import { isEmptyName } from './name.ts';
import { PathError } from './path-error.ts';
import { webpkiFaults } from './profile-webpki.ts';

/**
 * What is asked of certificates beyond path validation.
 *
 * - `path`: nothing. RFC 5280 section 6 alone, with the departures that the parser tolerates by name.
 * - `rfc5280`: what section 4 says that a conforming issuer MUST do, as far as a certificate shows it.
 * - `webpki`: `rfc5280` and what the CA/Browser Forum's baseline requirements demand of TLS server paths.
 */
export type Profile = 'path' | 'rfc5280' | 'webpki';

/** Where in the path a certificate stands: the rules differ. */
export type Position = 'leaf' | 'intermediate' | 'anchor';

/** Throws PathError `profile_violated`, its `expected` saying which rule. */
export function demandProfile(certificate: Certificate, position: Position, profile: Profile): void {
  if (profile === 'path') return;
  const faults = rfc5280Faults(certificate, position);
  if (profile === 'webpki') faults.push(...webpkiFaults(certificate, position));
  else if (certificate.extensions.nameConstraints?.critical === false) {
    faults.push('nameConstraints is critical (4.2.1.10)');
  }
  const [first] = faults;
  if (first === undefined) return;
  throw new PathError(
    'profile_violated',
    `departs from profile ${profile}: ${faults.join('; ')}`,
    certificate,
    {
      expected: first,
    },
  );
}

/** Each rule that is broken, as the rule reads. */
function rfc5280Faults(certificate: Certificate, position: Position): string[] {
  const faults = [...certificate.departures].map((departure) => `no departure ${departure}`);
  const rule = (holds: boolean, text: string): void => void (holds || faults.push(text));
  nameRules(certificate, rule);
  keyIdentifierRules(certificate, position, rule);
  usageRules(certificate, position, rule);
  criticalityRules(certificate, rule);
  return faults;
}

type Rule = (holds: boolean, text: string) => void;

function nameRules({ issuer, subject, extensions }: Certificate, rule: Rule): void {
  rule(!isEmptyName(issuer), 'the issuer has a name (4.1.2.4)');
  if (!isEmptyName(subject)) return;
  rule(extensions.basicConstraints?.value.cA !== true, 'a CA has a name (4.1.2.6)');
  rule(
    extensions.subjectAltName?.critical === true,
    'without a subject, subjectAltName is critical (4.1.2.6)',
  );
}

function keyIdentifierRules(certificate: Certificate, position: Position, rule: Rule): void {
  const { basicConstraints, subjectKeyIdentifier: ski, authorityKeyIdentifier: aki } = certificate.extensions;
  if (basicConstraints?.value.cA === true)
    rule(ski !== undefined, 'a CA has a subjectKeyIdentifier (4.2.1.2)');
  const mayLackAuthority = position === 'anchor' && isSelfIssued(certificate);
  if (!mayLackAuthority) rule(aki !== undefined, 'authorityKeyIdentifier is present (4.2.1.1)');
  if (aki === undefined) return;
  const { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber } = aki.value;
  rule(keyIdentifier !== null, 'authorityKeyIdentifier has a keyIdentifier (4.2.1.1)');
  rule(
    (authorityCertIssuer === null) === (authorityCertSerialNumber === null),
    'authorityCertIssuer and authorityCertSerialNumber stand together (4.2.1.1)',
  );
  if (mayLackAuthority && keyIdentifier !== null && ski !== undefined) {
    rule(equalBytes(keyIdentifier, ski.value), "a self-signed certificate's key identifiers agree (4.2.1.1)");
  }
}

function usageRules({ extensions }: Certificate, position: Position, rule: Rule): void {
  const { basicConstraints, keyUsage, nameConstraints, policyConstraints, policyMappings } = extensions;
  const cA = basicConstraints?.value.cA === true;
  if (cA) {
    rule(basicConstraints.critical, "a CA's basicConstraints is critical (4.2.1.9)");
    // Where there is none, nothing limits the key (6.1.4 (n), 6.3.3 (f)): the anchor's is the caller's word (6.1.1 (d)).
    rule(keyUsage !== undefined || position === 'anchor', 'a CA below the anchor has a keyUsage (4.2.1.3)');
  }
  rule(cA || nameConstraints === undefined, 'only a CA has nameConstraints (4.2.1.10)');
  rule(cA || policyConstraints === undefined, 'only a CA has policyConstraints (4.2.1.11)');
  rule(cA || policyMappings === undefined, 'only a CA has policyMappings (4.2.1.5)');
  if (keyUsage === undefined) return;
  rule(keyUsage.value.size > 0, 'keyUsage sets at least one bit (4.2.1.3)');
  const signs = keyUsage.value.has('keyCertSign');
  rule(cA || !signs, 'only a CA has keyCertSign (4.2.1.9)');
  const constrained = basicConstraints !== undefined && basicConstraints.value.pathLenConstraint !== null;
  rule(signs || !constrained, 'pathLenConstraint goes with keyCertSign (4.2.1.9)');
}

function criticalityRules({ extensions }: Certificate, rule: Rule): void {
  rule(extensions.subjectKeyIdentifier?.critical !== true, 'subjectKeyIdentifier is not critical (4.2.1.2)');
  rule(
    extensions.authorityKeyIdentifier?.critical !== true,
    'authorityKeyIdentifier is not critical (4.2.1.1)',
  );
  rule(extensions.policyConstraints?.critical !== false, 'policyConstraints is critical (4.2.1.11)');
  rule(extensions.inhibitAnyPolicy?.critical !== false, 'inhibitAnyPolicy is critical (4.2.1.14)');
}
