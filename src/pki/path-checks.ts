import { equalBytes } from '../bytes/equal.ts';
import { demandKey } from './algorithm-policy.ts';
import type { Certificate } from './certificate.ts';
import { OID } from './object-identifiers.ts';
import { atCertificate, PathError } from './path-error.ts';
import type { PathPolicy } from './path-policy.ts';
import { demandProfile, type Position } from './profile.ts';

/**
 * What a certificate must be wherever in a path it stands. Independent of its neighbours, so that the search for a path can ask
 * it before it spends a signature. Throws PathError.
 */
export function checkAlone(certificate: Certificate, position: Position, policy: PathPolicy, at: Date): void {
  checkValidity(certificate, at);
  if (position !== 'leaf') checkIssuer(certificate);
  else checkVersion(certificate);
  if (position !== 'leaf' && policy.keyPurposeChaining === 'nested') checkKeyPurposes(certificate, policy);
  checkCriticalExtensions(certificate, policy);
  atCertificate(certificate, () => demandKey(certificate.publicKey, policy.algorithms));
  demandProfile(certificate, position, policy.profile);
}

/** What only the leaf is asked: purposes and usages. Throws PathError. */
export function checkLeaf(leaf: Certificate, policy: PathPolicy): void {
  checkKeyPurposes(leaf, policy);
  if (policy.keyPurposePresence === 'required' && leaf.extensions.extKeyUsage === undefined) {
    throw new PathError('key_purpose_refused', 'states no extended key usage', leaf);
  }
  const usages = leaf.extensions.keyUsage?.value;
  const missing = policy.keyUsages.filter((usage) => usages !== undefined && !usages.has(usage));
  if (missing.length > 0) {
    throw new PathError('key_usage_refused', `its key may not be used for ${missing.join(', ')}`, leaf, {
      expected: policy.keyUsages.join(', '),
      actual: [...(usages ?? [])].join(', '),
    });
  }
}

/** 6.1.3 (a)(2), both ends included. X.509 knows whole seconds: the instant's fraction is cut off, not rounded. */
function checkValidity(certificate: Certificate, at: Date): void {
  const { notBefore, notAfter } = certificate;
  const instant = Math.floor(at.getTime() / 1000) * 1000;
  if (notBefore.getTime() > notAfter.getTime()) {
    throw new PathError('validity_inverted', 'was never valid: it ends before it begins', certificate);
  }
  if (instant < notBefore.getTime()) {
    const [expected, actual] = [`from ${notBefore.toISOString()}`, new Date(instant).toISOString()];
    throw new PathError('not_yet_valid', `is valid only ${expected}`, certificate, { expected, actual });
  }
  if (instant > notAfter.getTime()) {
    const [expected, actual] = [`until ${notAfter.toISOString()}`, new Date(instant).toISOString()];
    throw new PathError('expired', `was valid only ${expected}`, certificate, { expected, actual });
  }
}

/** Only version 3 can say what a key may do (6.1.4 (k) leaves older ones to "out-of-band means", of which there are none). */
function checkVersion(certificate: Certificate): void {
  if (certificate.version === 3) return;
  throw new PathError('version_refused', `is of version ${certificate.version}`, certificate, {
    expected: '3',
    actual: `${certificate.version}`,
  });
}

/** 6.1.4 (k) and (n): the certificate may issue others. */
function checkIssuer(certificate: Certificate): void {
  checkVersion(certificate);
  const { basicConstraints, keyUsage } = certificate.extensions;
  if (basicConstraints?.value.cA !== true) {
    throw new PathError('issuer_not_ca', 'is no CA by its basic constraints', certificate);
  }
  if (keyUsage !== undefined && !keyUsage.value.has('keyCertSign')) {
    throw new PathError('issuer_may_not_sign', 'its key may not sign certificates', certificate);
  }
}

/** 4.2.1.12. A certificate without the extension, or with anyExtendedKeyUsage, admits every purpose. */
function checkKeyPurposes(certificate: Certificate, { keyPurposes }: PathPolicy): void {
  const admitted = certificate.extensions.extKeyUsage?.value;
  if (keyPurposes === 'any' || admitted === undefined || admitted.includes(OID.anyExtendedKeyUsage)) return;
  const missing = keyPurposes.filter((purpose) => !admitted.includes(purpose));
  if (missing.length === 0) return;
  throw new PathError('key_purpose_refused', `does not admit purpose ${missing.join(', ')}`, certificate, {
    expected: keyPurposes.join(', '),
    actual: admitted.join(', '),
  });
}

/** 6.1.4 (o), 6.1.5 (f). Authority information access is parsed but not acted on, and so counts as unknown. */
function checkCriticalExtensions(certificate: Certificate, policy: PathPolicy): void {
  const { extensions } = certificate;
  const unknown = [...extensions.others]
    .filter(([oid, { critical }]) => critical && !policy.understoodExtensions.includes(oid))
    .map(([oid]) => oid);
  if (extensions.authorityInfoAccess?.critical === true) unknown.push(OID.authorityInfoAccess);
  if (unknown.length === 0) return;
  throw new PathError(
    'critical_extension_unknown',
    `critical extension ${unknown.join(', ')} is not understood`,
    certificate,
    {
      actual: unknown.join(', '),
    },
  );
}

/** 4.2.1.1: where both sides name the issuer's key, they name the same. */
export function checkKeyIdentifiers(certificate: Certificate, issuer: Certificate): void {
  const wanted = certificate.extensions.authorityKeyIdentifier?.value.keyIdentifier ?? null;
  const found = issuer.extensions.subjectKeyIdentifier?.value ?? null;
  if (wanted === null || found === null || equalBytes(wanted, found)) return;
  throw new PathError('key_identifier_mismatch', 'names another key of its issuer', certificate);
}
