import { hash } from 'node:crypto';
import { equalBytes } from '../../../bytes/equal.ts';
import {
  type Certificate,
  DEFAULT_ALGORITHMS,
  HARDWARE_POLICY,
  nameText,
  PathError,
  parseCertificate,
  SignatureError,
  type TrustAnchor,
  verifyPath,
  verifySignature,
} from '../../../pki/index.ts';
import { CheckList } from '../../check.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import {
  type AttributeCertificate,
  type Holder,
  parseAttributeCertificate,
} from './attribute-certificate.ts';
import { isBasePlatform, type PlatformIdentity, platformIdentity } from './identity.ts';

export type PlatformCertificateInput = {
  /** DER of the attribute certificate. */
  readonly certificate: Uint8Array;
  /** DER of its issuer's certificate and of those above it, in any order; unrelated ones are passed over. */
  readonly intermediates: readonly Uint8Array[];
};

export type PlatformCertificateOptions = {
  /** The endorsement key's certificate, itself verified. */
  readonly ek: Certificate;
  /** The makers' CAs that the caller trusts for platform certificates. None: nothing passes. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
};

/** A machine maker's word that this TPM is built into the machine of this serial number. */
export type PlatformCertificate = {
  readonly identity: PlatformIdentity;
  readonly sha256: string;
  readonly notBefore: Date;
  /** The earliest end of it and of its chain. */
  readonly validUntil: Date;
  /** SHA-256 of the anchor under which it was verified. */
  readonly anchor: string;
};

export type PlatformCertificateResult = {
  readonly findings: CheckList;
  readonly verified: Verified<PlatformCertificate> | null;
};

/**
 * Verifies a TCG platform certificate (RFC 5755 syntax) for a TPM: that it is about this endorsement key's certificate, whose
 * machine it names, its signature, its issuer's chain and the dates.
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 * @remarks Unproven afterwards: revocation (`tpm.platform.revocation`, not performed), and that the TPM was not moved to another
 * board since; TPMs that are soldered are not, those in a socket can be.
 */
export function verifyPlatformCertificate(
  input: PlatformCertificateInput,
  { ek, anchors, at }: PlatformCertificateOptions,
): PlatformCertificateResult {
  const findings = new CheckList();
  const certificate = parseAttributeCertificate(input.certificate);
  const intermediates = input.intermediates.map((der) => parseCertificate(der));
  checkType(findings, certificate);
  checkExtensions(findings, certificate);
  checkHolder(findings, certificate.holder, ek);
  checkDates(findings, certificate, at);
  const identity = checkIdentity(findings, certificate);
  const { issued, chain } = examineIssuers({ certificate, intermediates, anchors, at });
  findings.add(issued);
  findings.skip('tpm.platform.revocation', 'makers of machines publish no lists that are fetched here');
  if (!findings.passed || identity === null || chain === null) return { findings, verified: null };
  const { sha256, notBefore, notAfter } = certificate;
  const validUntil = new Date(Math.min(notAfter.getTime(), chain.validUntil.getTime()));
  const verified = { identity, sha256, notBefore, validUntil, anchor: chain.anchor };
  return { findings, verified: sealVerified(verified) };
}

/** `tpm.platform.type`: a delta certificate is about another certificate, and no TPM. */
function checkType(findings: CheckList, certificate: AttributeCertificate): void {
  const holds = isBasePlatform(certificate);
  findings.expect('tpm.platform.type', holds, 'a base platform certificate', holds ? 'one' : 'another type');
}

/** `tpm.platform.extensions` (RFC 5755, 4.3): what is critical and not understood here may say that it is not for us. */
function checkExtensions(findings: CheckList, { extensions }: AttributeCertificate): void {
  const { others, subjectAltName: _, ...known } = extensions;
  const critical = [
    ...Object.entries(known).flatMap(([name, extension]) => (extension?.critical === true ? [name] : [])),
    ...[...others].flatMap(([oid, extension]) => (extension.critical ? [oid] : [])),
  ];
  const actual = critical.join(', ') || 'none';
  findings.expect('tpm.platform.extensions', critical.length === 0, 'no other critical extension', actual);
}

/** `tpm.platform.holder`: the names by which it states whose it is are all this certificate's. */
function checkHolder(findings: CheckList, { certificate, digest }: Holder, ek: Certificate): void {
  const named =
    certificate === null ||
    (certificate.issuer.canonical === ek.issuer.canonical &&
      equalBytes(certificate.serialNumber, ek.serialNumber));
  const digested =
    digest === null || equalBytes(digest.value, new Uint8Array(hash(digest.algorithm, ek.der, 'buffer')));
  const actual = named && digested ? 'this certificate' : 'another certificate';
  findings.expect('tpm.platform.holder', named && digested, "this TPM's endorsement certificate", actual);
}

/** `tpm.platform.expired` (RFC 5755, 4.2.6): both ends included. */
function checkDates(findings: CheckList, { notBefore, notAfter }: AttributeCertificate, at: Date): void {
  const holds = notBefore <= at && at <= notAfter;
  const actual = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
  findings.expect('tpm.platform.expired', holds, `valid at ${at.toISOString()}`, actual);
}

/** `tpm.platform.identity`: manufacturer, model and serial number of the machine. */
function checkIdentity(findings: CheckList, certificate: AttributeCertificate): PlatformIdentity | null {
  const identity = platformIdentity(certificate);
  const actual =
    identity === null
      ? 'missing or ambiguous'
      : `${identity.manufacturer} ${identity.model} ${identity.serial}`;
  const expected = 'manufacturer, model and serial number, once each';
  findings.expect('tpm.platform.identity', identity !== null, expected, actual);
  return identity;
}

type Issuance = {
  readonly certificate: AttributeCertificate;
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
};

type Chain = { readonly anchor: string; readonly validUntil: Date };
type Examined = { readonly issued: CheckList; readonly chain: Chain | null };

/** Each certificate that may be its issuer's, for they are renewed under one name: the first that holds, else the first. */
function examineIssuers(issuance: Issuance): Examined {
  const examined = findIssuers(issuance).map((issuer) => examineIssuer(issuer, issuance));
  const found = examined.find(({ issued }) => issued.passed) ?? examined[0];
  if (found !== undefined) return found;
  const issued = new CheckList();
  const name = nameText(issuance.certificate.issuer);
  issued.skip('tpm.platform.signature', "its issuer's certificate is not at hand");
  issued.skip('tpm.platform.issuer', "its issuer's certificate is not at hand");
  issued.expect('tpm.platform.chain', false, CHAIN, `the certificate of ${name} is not at hand`);
  return { issued, chain: null };
}

/** By name and, where both state it, by key identifier. */
function findIssuers({ certificate, intermediates, anchors }: Issuance): Certificate[] {
  const { issuer, extensions } = certificate;
  const wanted = extensions.authorityKeyIdentifier?.value.keyIdentifier;
  const candidates = [
    ...anchors.flatMap((anchor) => (anchor.certificate === null ? [] : [anchor.certificate])),
    ...intermediates,
  ];
  return candidates.filter(({ subject, extensions: { subjectKeyIdentifier } }) => {
    if (subject.canonical !== issuer.canonical) return false;
    const own = subjectKeyIdentifier?.value;
    return wanted === undefined || wanted === null || own === undefined || equalBytes(wanted, own);
  });
}

function examineIssuer(issuer: Certificate, issuance: Issuance): Examined {
  const issued = new CheckList();
  const own = issuance.anchors.some(({ certificate }) => certificate?.sha256 === issuer.sha256);
  checkSignature(issued, issuance.certificate, issuer);
  checkIssuer(issued, issuer, own);
  return { issued, chain: checkChain(issued, issuer, own, issuance) };
}

/** `tpm.platform.signature`: over the exact bytes. */
function checkSignature(
  findings: CheckList,
  { tbs, signatureAlgorithm, signature }: AttributeCertificate,
  issuer: Certificate,
): void {
  const expected = `a signature by ${nameText(issuer.subject)}`;
  try {
    verifySignature({ tbs, signatureAlgorithm, signature }, issuer.publicKey, DEFAULT_ALGORITHMS);
    findings.expect('tpm.platform.signature', true, expected, expected);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    findings.expect('tpm.platform.signature', false, expected, `${error.code}: ${error.message}`);
  }
}

/**
 * `tpm.platform.issuer`: a CA of the maker's, or whom the caller trusts by name; its key signs. RFC 5755, 4.5, wants issuers that
 * are no CAs, but says nothing of how they are told from all the others whom a maker certifies: keys of machines among them, that
 * sign whatever their operators ask (IDevID). Makers sign with their CAs.
 */
function checkIssuer(findings: CheckList, { extensions }: Certificate, own: boolean): void {
  const { basicConstraints, keyUsage } = extensions;
  const isCa = basicConstraints?.value.cA === true;
  const signs =
    keyUsage === undefined || keyUsage.value.has('digitalSignature') || keyUsage.value.has('keyCertSign');
  const actual = `${isCa ? 'a CA' : 'an end entity'}${own ? ' that is approved itself' : ''}${signs ? '' : ', whose key may not sign'}`;
  const expected = 'a CA, or an issuer that is approved itself, whose key may sign';
  findings.expect('tpm.platform.issuer', (isCa || own) && signs, expected, actual);
}

const CHAIN = 'a path to a trusted CA of machine makers';

/** `tpm.platform.chain`: a path from a trusted CA of machine makers to the issuer. */
function checkChain(
  findings: CheckList,
  issuer: Certificate,
  own: boolean,
  { intermediates, anchors, at }: Issuance,
): Chain | null {
  const fail = (actual: string): null => {
    findings.expect('tpm.platform.chain', false, CHAIN, actual);
    return null;
  };
  if (own) {
    if (!(issuer.notBefore <= at && at <= issuer.notAfter)) return fail('its issuer, the root, has expired');
    findings.expect('tpm.platform.chain', true, CHAIN, 'issued by the root itself');
    return { anchor: issuer.sha256, validUntil: issuer.notAfter };
  }
  try {
    const path = verifyPath({ leaf: issuer, intermediates, anchors, at, policy: HARDWARE_POLICY });
    const anchor = path.anchor.certificate?.sha256;
    if (anchor === undefined) return fail('its root is a bare key');
    findings.expect('tpm.platform.chain', true, CHAIN, `${path.chain.length} certificates`);
    return { anchor, validUntil: path.validUntil };
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return fail(`${error.code}: ${error.message}`);
  }
}
