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
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { withoutPadding } from '../tpm/index.ts';
import { certifies } from './ak-key.ts';
import type { RsaJwk } from './runtime-claims.ts';

/**
 * The certificate in NV index 0x01C101D0: Azure's word that the vTPM of one of its VMs holds the attestation key at 0x81000003.
 * It says that the VM runs in Azure; that it is confidential, the hardware's report says alone. Hosts differ in the CA that
 * issued theirs, and some of those CAs are published nowhere, so evidence may lack it: see `azure.ak-certificate`.
 */
export type AkCertificateInput = {
  /** DER as read from NV, with zeros up to the end of the index. */
  readonly akCertificate: Uint8Array | null;
  /** DER of CA certificates, in any order; unrelated ones are passed over. */
  readonly certificates: readonly Uint8Array[];
};

export type AkCertificateOptions = {
  /** Azure's vTPM CAs that the caller trusts. None: no certificate passes. */
  readonly akAnchors: readonly TrustAnchor[];
  readonly at: Date;
  /** The caller's look at revocation: throws PathError to refuse. Absent: reported as not performed. */
  readonly acceptAkPath?: (path: VerifiedPath) => void;
};

/** An AK certificate whose chain, dates and key hold. */
export type CertifiedAk = { readonly certificate: Certificate; readonly path: VerifiedPath };

/**
 * The checks `azure.ak-certificate.*`; null where there is no certificate, or any of them failed.
 *
 * @throws FormatError for bytes that are no certificates
 */
export function checkAkCertificate(
  checks: CheckList,
  { akCertificate, certificates }: AkCertificateInput,
  options: AkCertificateOptions,
  ak: RsaJwk,
): CertifiedAk | null {
  if (akCertificate === null) {
    checks.skip('azure.ak-certificate', 'the evidence holds no certificate of the attestation key');
    return null;
  }
  const certificate = parseCertificate(withoutPadding(akCertificate, { octet: 0x00, path: 'akCertificate' }));
  const intermediates = certificates.map((der) => parseCertificate(der));
  const same = certifies(certificate, ak);
  checks.expect('azure.ak-certificate.key', same, 'HCLAkPub', same ? 'HCLAkPub' : 'another key');
  const path = checkChain(checks, certificate, intermediates, options);
  return same && path !== null ? { certificate, path } : null;
}

/** The issuing CA also certifies endorsement keys: where purposes are stated, attestation is among them. */
const AK_POLICY: PathPolicy = { ...HARDWARE_POLICY, keyPurposes: [OID.tcgAikCertificate] };

/** `azure.ak-certificate.expired`, `.chain`, `.revocation`: RFC 5280, section 6, and what the caller knows beyond it. */
function checkChain(
  checks: CheckList,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { akAnchors: anchors, at, acceptAkPath }: AkCertificateOptions,
): VerifiedPath | null {
  let path: VerifiedPath;
  try {
    const input = { leaf, intermediates, anchors, at, policy: AK_POLICY };
    path = verifyPath(acceptAkPath === undefined ? input : { ...input, acceptPath: acceptAkPath });
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const expected = error.expected ?? "a path to one of Azure's vTPM CAs";
    checks.expect(failedCheck(error), false, expected, `${error.code}: ${error.message}`);
    return null;
  }
  const until = path.validUntil.toISOString();
  checks.expect('azure.ak-certificate.expired', true, `valid at ${at.toISOString()}`, `valid until ${until}`);
  checks.expect(
    'azure.ak-certificate.chain',
    true,
    "a path to one of Azure's vTPM CAs",
    `${path.chain.length} certificates`,
  );
  if (acceptAkPath === undefined) {
    checks.skip('azure.ak-certificate.revocation', 'no revocation lists were given');
  } else {
    checks.expect('azure.ak-certificate.revocation', true, 'not revoked', 'not revoked');
  }
  return path;
}

function failedCheck({ code }: PathError): string {
  switch (code) {
    case 'expired':
    case 'not_yet_valid':
    case 'validity_inverted':
      return 'azure.ak-certificate.expired';
    case 'path_refused':
      return 'azure.ak-certificate.revocation';
    default:
      return 'azure.ak-certificate.chain';
  }
}
