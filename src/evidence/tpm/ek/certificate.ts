import {
  type Certificate,
  HARDWARE_POLICY,
  OID,
  PathError,
  type PathPolicy,
  parseCertificate,
  type TrustAnchor,
  type VerifiedPath,
  verifyPath,
} from '../../../pki/index.ts';
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
  const path = checkChain(checks, certificate, intermediates, options);
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

/** `tpm.ek.expired`, `tpm.ek.chain`, `tpm.ek.revocation`: RFC 5280, section 6, and what the caller knows beyond it. */
function checkChain(
  checks: CheckList,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { anchors, at, acceptPath }: EkCertificateOptions,
): VerifiedPath | null {
  let path: VerifiedPath;
  try {
    const input = { leaf, intermediates, anchors, at, policy: EK_POLICY };
    path = verifyPath(acceptPath === undefined ? input : { ...input, acceptPath });
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const failed = failedCheck(error);
    const expected = error.expected ?? "a path to a manufacturer's CA";
    checks.expect(failed, false, expected, `${error.code}: ${error.message}`);
    for (const id of CHAIN_CHECKS) if (id !== failed) checks.skip(id, 'no path was found');
    return null;
  }
  const until = path.validUntil.toISOString();
  checks.expect('tpm.ek.expired', true, `valid at ${at.toISOString()}`, `valid until ${until}`);
  checks.expect('tpm.ek.chain', true, "a path to a manufacturer's CA", `${path.chain.length} certificates`);
  if (acceptPath === undefined) checks.skip('tpm.ek.revocation', 'no revocation lists were given');
  else checks.expect('tpm.ek.revocation', true, 'not revoked', 'not revoked');
  return path;
}

/** The TPM's specification is read here, so an issuer may call it critical. */
const EK_POLICY: PathPolicy = { ...HARDWARE_POLICY, understoodExtensions: [OID.subjectDirectoryAttributes] };

const CHAIN_CHECKS = ['tpm.ek.expired', 'tpm.ek.chain', 'tpm.ek.revocation'] as const;

function failedCheck({ code }: PathError): (typeof CHAIN_CHECKS)[number] {
  switch (code) {
    case 'expired':
    case 'not_yet_valid':
    case 'validity_inverted':
      return 'tpm.ek.expired';
    case 'path_refused':
      return 'tpm.ek.revocation';
    default:
      return 'tpm.ek.chain';
  }
}
