import {
  type Certificate,
  HARDWARE_POLICY,
  OID,
  parseCertificate,
  type TrustAnchor,
  type VerifiedPath,
} from '../../../pki/index.ts';
import { checkPath, type PathChecks } from '../../certificate-path.ts';
import { CheckList } from '../../check.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import { withoutPadding } from '../ek/nv-certificate.ts';
import type { TpmtPublic } from '../public.ts';
import type { HardwareModuleName } from './names.ts';
import {
  checkAttributes,
  checkEndorsement,
  checkKeyUsage,
  checkModule,
  checkPolicies,
  checkPublic,
  checkPurpose,
  type DevIdKind,
} from './profile.ts';

export type DevIdInput = {
  /** DER as read from NV, trailing 0xFF allowed. */
  readonly certificate: Uint8Array;
  /** DER of CA certificates between it and an anchor, in any order; unrelated ones are passed over. */
  readonly intermediates: readonly Uint8Array[];
  /** The key as the host reads it from its TPM. */
  readonly publicArea: TpmtPublic;
  /** This TPM's endorsement certificate, itself verified; null: that both are of one TPM is reported as not performed. */
  readonly ek: Certificate | null;
};

export type DevIdOptions = {
  readonly kind: DevIdKind;
  /** CAs of machines' makers that the caller trusts for device identities. None: nothing passes. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** The caller's look at revocation: throws PathError to refuse. Absent: reported as not performed. */
  readonly acceptPath?: (path: VerifiedPath) => void;
};

/** A machine maker's word that a TPM of one of its machines holds this key. */
export type DevIdKey = {
  readonly kind: DevIdKind;
  readonly certificate: Certificate;
  readonly publicArea: TpmtPublic;
  readonly module: HardwareModuleName;
  readonly path: VerifiedPath;
};

export type DevIdResult = { readonly findings: CheckList; readonly verified: Verified<DevIdKey> | null };

/**
 * Verifies an initial device identity (IDevID) or initial attestation key (IAK): its certificate's profile, chain, and that
 * the public area is the certified key's (TCG TPM 2.0 Keys for Device Identity and Attestation, section 8; IEEE 802.1AR).
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 * @remarks Unproven afterwards: that the host can use the key (a quote by the IAK shows it), revocation unless `acceptPath`
 * looked, and whatever `findings.notPerformed` lists.
 */
export function verifyDevId(input: DevIdInput, options: DevIdOptions): DevIdResult {
  const findings = new CheckList();
  const certificate = parseCertificate(withoutPadding(input.certificate));
  const intermediates = input.intermediates.map((der) => parseCertificate(der));
  const { kind } = options;
  const module = checkModule(findings, certificate);
  checkPolicies(findings, certificate, kind);
  checkKeyUsage(findings, certificate);
  checkPurpose(findings, certificate, kind);
  checkPublic(findings, certificate, input.publicArea);
  checkAttributes(findings, input.publicArea, kind);
  checkEndorsement(findings, certificate, input.ek);
  const path = checkPath(findings, DEVID_PATH, certificate, intermediates, options);
  if (!findings.passed || module === null || path === null) return { findings, verified: null };
  const { publicArea } = input;
  return { findings, verified: sealVerified({ kind, certificate, publicArea, module, path }) };
}

/** RFC 5280, section 6, and what the caller knows beyond it. */
const DEVID_PATH: PathChecks = {
  ids: { expired: 'tpm.devid.expired', chain: 'tpm.devid.chain', revocation: 'tpm.devid.revocation' },
  expected: "a path to a trusted CA of machines' makers",
  policy: { ...HARDWARE_POLICY, understoodExtensions: [OID.subjectDirectoryAttributes] },
  listsUnasked: true,
};
