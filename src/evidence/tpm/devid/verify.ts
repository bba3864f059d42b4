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
  const path = checkChain(findings, certificate, intermediates, options);
  if (!findings.passed || module === null || path === null) return { findings, verified: null };
  const { publicArea } = input;
  return { findings, verified: sealVerified({ kind, certificate, publicArea, module, path }) };
}

const DEVID_POLICY: PathPolicy = {
  ...HARDWARE_POLICY,
  understoodExtensions: [OID.subjectDirectoryAttributes],
};

const CHAIN = "a path to a trusted CA of machines' makers";
const CHAIN_CHECKS = ['tpm.devid.expired', 'tpm.devid.chain', 'tpm.devid.revocation'] as const;

/** `tpm.devid.expired`, `.chain`, `.revocation`: RFC 5280, section 6, and what the caller knows beyond it. */
function checkChain(
  checks: CheckList,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { anchors, at, acceptPath }: DevIdOptions,
): VerifiedPath | null {
  let path: VerifiedPath;
  try {
    const input = { leaf, intermediates, anchors, at, policy: DEVID_POLICY };
    path = verifyPath(acceptPath === undefined ? input : { ...input, acceptPath });
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const failed = failedCheck(error);
    checks.expect(failed, false, error.expected ?? CHAIN, `${error.code}: ${error.message}`);
    for (const id of CHAIN_CHECKS) if (id !== failed) checks.skip(id, 'no path was found');
    return null;
  }
  const until = `valid until ${path.validUntil.toISOString()}`;
  checks.expect('tpm.devid.expired', true, `valid at ${at.toISOString()}`, until);
  checks.expect('tpm.devid.chain', true, CHAIN, `${path.chain.length} certificates`);
  if (acceptPath === undefined) checks.skip('tpm.devid.revocation', 'no revocation lists were given');
  else checks.expect('tpm.devid.revocation', true, 'not revoked', 'not revoked');
  return path;
}

function failedCheck({ code }: PathError): (typeof CHAIN_CHECKS)[number] {
  switch (code) {
    case 'expired':
    case 'not_yet_valid':
    case 'validity_inverted':
      return 'tpm.devid.expired';
    case 'path_refused':
      return 'tpm.devid.revocation';
    default:
      return 'tpm.devid.chain';
  }
}
