import {
  type Certificate,
  HARDWARE_POLICY,
  OID,
  parseCertificate,
  type TrustAnchor,
  type VerifiedPath,
} from '../../pki/index.ts';
import { checkPath, type PathChecks } from '../certificate-path.ts';
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
  const { akAnchors: anchors, at, acceptAkPath: acceptPath } = options;
  const path = checkPath(checks, AK_PATH, certificate, intermediates, { anchors, at, acceptPath });
  return same && path !== null ? { certificate, path } : null;
}

/** RFC 5280, section 6, and what the caller knows beyond it. */
const AK_PATH: PathChecks = {
  ids: {
    expired: 'azure.ak-certificate.expired',
    chain: 'azure.ak-certificate.chain',
    revocation: 'azure.ak-certificate.revocation',
  },
  expected: "a path to one of Azure's vTPM CAs",
  // The issuing CA also certifies endorsement keys: where purposes are stated, attestation is among them.
  policy: { ...HARDWARE_POLICY, keyPurposes: [OID.tcgAikCertificate] },
  // Appraisals on record list none of it, and must come out as they did when they are judged again.
  listsUnasked: false,
};
