import {
  type Certificate,
  HARDWARE_POLICY,
  OID,
  parseCertificate,
  type TrustAnchor,
  type VerifiedPath,
} from '../../../pki/index.ts';
import { checkPath, type PathChecks } from '../../certificate-path.ts';
import type { CheckList } from '../../check.ts';
import { withoutPadding } from './nv-certificate.ts';
import { type TpmIdentity, tpmFamily, tpmIdentity } from './tcg-names.ts';

/**
 * The TCG EK Credential Profile for TPM 2.0 (version 2.5), as far as an EK certificate can be asked: one check for each
 * of its demands, and RFC 5280's path up to a manufacturer's CA.
 *
 * Manufacturers' certificates have no end (9999-12-31) or a far one, leave the subject empty and say who they are in a
 * critical subject alternative name: all of that is in order.
 */
export type EkCertificateInput = {
  /** DER as read from NV, trailing 0xFF allowed. */
  readonly certificate: Uint8Array;
  /** DER of CA certificates between it and an anchor, in any order; unrelated ones are passed over. */
  readonly intermediates: readonly Uint8Array[];
};

export type EkCertificateOptions = {
  /** The manufacturers' CAs that the caller trusts. None: nothing passes. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** The caller's look at revocation: throws PathError to refuse. Absent: reported as not performed. */
  readonly acceptPath?: (path: VerifiedPath) => void;
};

export type CertifiedEk = {
  readonly certificate: Certificate;
  readonly identity: TpmIdentity | null;
  readonly path: VerifiedPath | null;
};

/** @throws FormatError for bytes that are no certificates; every other fault is a failed check */
export function examineEkCertificate(
  checks: CheckList,
  input: EkCertificateInput,
  options: EkCertificateOptions,
): CertifiedEk {
  const certificate = parseCertificate(withoutPadding(input.certificate));
  const intermediates = input.intermediates.map((der) => parseCertificate(der));
  checkFamily(checks, certificate);
  checkPurpose(checks, certificate);
  checkKeyUsage(checks, certificate);
  checkBasicConstraints(checks, certificate);
  const identity = checkIdentity(checks, certificate);
  const path = checkPath(checks, EK_PATH, certificate, intermediates, options);
  return { certificate, identity, path };
}

/** `tpm.ek.family` (3.1.3): TPM 1.2 is refused under every policy. */
function checkFamily(checks: CheckList, certificate: Certificate): void {
  const family = tpmFamily(certificate);
  checks.expect('tpm.ek.family', family === null || family === '2.0', '2.0', family ?? '2.0 (not stated)');
}

/** `tpm.ek.purpose` (3.2.16): where purposes are stated, being an EK certificate is among them. */
function checkPurpose(checks: CheckList, { extensions }: Certificate): void {
  const purposes = extensions.extKeyUsage?.value;
  const holds = purposes === undefined || purposes.includes(OID.tcgEkCertificate);
  checks.expect('tpm.ek.purpose', holds, OID.tcgEkCertificate, purposes?.join(', ') ?? 'none stated');
}

/**
 * `tpm.ek.key-usage` (3.2.5): the key receives secrets. Some makers also certify signing keys of their TPMs under the EK
 * purpose; those are no endorsement keys.
 */
function checkKeyUsage(checks: CheckList, { extensions, publicKey }: Certificate): void {
  const needed = publicKey.key.kind === 'rsa' ? 'keyEncipherment' : 'keyAgreement';
  const usages = extensions.keyUsage?.value;
  const actual = usages === undefined ? 'none stated' : [...usages].join(', ');
  checks.expect('tpm.ek.key-usage', usages?.has(needed) === true, needed, actual);
}

/** `tpm.ek.basic-constraints` (3.2.12): a CA's own certificate is no endorsement. */
function checkBasicConstraints(checks: CheckList, { extensions }: Certificate): void {
  const isCa = extensions.basicConstraints?.value.cA === true;
  checks.expect('tpm.ek.basic-constraints', !isCa, 'not a CA', isCa ? 'a CA' : 'not a CA');
}

/** `tpm.ek.identity` (3.2.9): manufacturer, model and version of the TPM. */
function checkIdentity(checks: CheckList, certificate: Certificate): TpmIdentity | null {
  const identity = tpmIdentity(certificate);
  const actual =
    identity === null
      ? 'missing or ambiguous'
      : `${identity.manufacturer} ${identity.model} ${identity.version}`;
  const expected = 'tpmManufacturer, tpmModel and tpmVersion, once each';
  checks.expect('tpm.ek.identity', identity !== null, expected, actual);
  return identity;
}

/** RFC 5280, section 6, and what the caller knows beyond it. The TPM's specification is read here, so an issuer may call it critical. */
const EK_PATH: PathChecks = {
  ids: { expired: 'tpm.ek.expired', chain: 'tpm.ek.chain', revocation: 'tpm.ek.revocation' },
  expected: "a path to a manufacturer's CA",
  policy: { ...HARDWARE_POLICY, understoodExtensions: [OID.subjectDirectoryAttributes] },
  listsUnasked: true,
};
