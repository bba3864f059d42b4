import { hash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import {
  checkAkAttributes,
  checkAkKey,
  checkAkNameAlgorithm,
  checkAkOwnScheme,
} from '../../evidence/tpm/ak.ts';
import { type EndorsementKey, verifyEndorsementKey } from '../../evidence/tpm/ek/verify.ts';
import {
  attestationKeyFromPublic,
  importPublicKey,
  TpmError,
  type TpmtPublic,
} from '../../evidence/tpm/index.ts';
import {
  type PlatformCertificate,
  type PlatformCertificateInput,
  verifyPlatformCertificate,
} from '../../evidence/tpm/platform-certificate/index.ts';
import type { TrustAnchor } from '../../pki/index.ts';

/** What a host says of its TPM. */
export type TpmClaim = {
  readonly ekCertificate: Uint8Array;
  readonly ekIntermediates: readonly Uint8Array[];
  readonly ekPublic: Uint8Array;
  readonly akPublic: Uint8Array;
  /** Which machine it says that it was built into; absent where it does not. */
  readonly platform?: PlatformCertificateInput | undefined;
};

/** A TPM whose keys and certificate are in order; that it holds them, activation shows. */
export type TpmIdentity = {
  /** SHA-256 of the endorsement key's SubjectPublicKeyInfo, lower-case hexadecimal. */
  readonly ekDigest: string;
  readonly ekPublic: TpmtPublic;
  readonly ekCertificate: Uint8Array;
  /** SHA-256 of the anchor under which the certificate was verified. */
  readonly ekAnchor: string;
  /** The earliest end of its chain. */
  readonly ekValidUntil: Date;
  readonly akName: Uint8Array;
  readonly akPublic: Uint8Array;
  readonly platform: PlatformCertificate | null;
};

export type Examination = { readonly findings: Findings; readonly identity: TpmIdentity | null };

/** What enrolment goes without, and says so: manufacturers publish few revocation lists, and none is fetched here. */
const MAY_STAY_OPEN: ReadonlySet<string> = new Set(['tpm.ek.revocation', 'tpm.platform.revocation']);

/** Roots by what they may vouch for. */
export type TpmAnchors = { readonly ek: readonly TrustAnchor[]; readonly platform: readonly TrustAnchor[] };

/**
 * Judges a TPM's certificate and keys. Bytes that cannot be read are a failed check like any other; without an anchor
 * no chain holds, and nothing is ever trusted for want of one.
 */
export function examineTpm(claim: TpmClaim, anchors: TpmAnchors, at: Date): Examination {
  const findings = new CheckList();
  const ek = reading('tpm.ek.well-formed', findings, () => examineEk(claim, anchors.ek, at, findings));
  const ak = reading('tpm.ak.well-formed', findings, () => examineAk(claim.akPublic, findings));
  const platform = ek === null ? null : examinePlatform(claim, ek, anchors.platform, at, findings);
  const open = findings.notPerformed.filter(({ id }) => !MAY_STAY_OPEN.has(id));
  if (ek === null || ak === null || !findings.passed || open.length > 0) return { findings, identity: null };
  const { certificate, publicArea, path } = ek;
  const anchor = path.anchor.certificate;
  if (anchor === null) return { findings, identity: null };
  return {
    findings,
    identity: {
      ekDigest: ekDigestOf(publicArea),
      ekPublic: publicArea,
      ekCertificate: certificate.der,
      ekAnchor: anchor.sha256,
      ekValidUntil: path.validUntil,
      akName: ak.name,
      akPublic: claim.akPublic,
      platform,
    },
  };
}

/**
 * What names a TPM. Of the key's numbers in their one encoding, not of the certificate's bytes: a manufacturer may issue
 * several certificates for one key and encode it differently (RFC 4055), and one TPM must not pass for two.
 */
function ekDigestOf(publicArea: TpmtPublic): string {
  const spki = importPublicKey(publicArea).export({ type: 'spki', format: 'der' });
  return hash('sha256', spki, 'hex');
}

function examineEk(
  { ekCertificate: certificate, ekIntermediates: intermediates, ekPublic }: TpmClaim,
  anchors: readonly TrustAnchor[],
  at: Date,
  findings: CheckList,
): EndorsementKey | null {
  const result = verifyEndorsementKey({ certificate, intermediates, ekPublic }, { anchors, at });
  findings.add(result.findings);
  return result.verified;
}

/** What a host brings must hold, or it does not enrol with it. */
function examinePlatform(
  { platform }: TpmClaim,
  { certificate: ek }: EndorsementKey,
  anchors: readonly TrustAnchor[],
  at: Date,
  findings: CheckList,
): PlatformCertificate | null {
  if (platform === undefined) return null;
  return reading('tpm.platform.well-formed', findings, () => {
    const result = verifyPlatformCertificate(platform, { ek, anchors, at });
    findings.add(result.findings);
    return result.verified;
  });
}

function examineAk(akPublic: Uint8Array, findings: CheckList): TpmtPublic | null {
  const ak = attestationKeyFromPublic(akPublic);
  checkAkAttributes(findings, ak);
  checkAkKey(findings, ak);
  checkAkNameAlgorithm(findings, ak, 'gate');
  checkAkOwnScheme(findings, ak);
  return ak.publicArea;
}

/** Runs a parser over what the host sent; what it throws becomes the failed check `id`. */
function reading<T>(id: string, findings: CheckList, read: () => T): T | null {
  try {
    const value = read();
    findings.expect(id, true, 'well formed', 'well formed');
    return value;
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof TpmError)) throw error;
    const { expected = 'well formed', code, actual, path } = error;
    findings.expect(id, false, expected, actual === undefined ? code : `${code} (${actual})`, path);
    return null;
  }
}
