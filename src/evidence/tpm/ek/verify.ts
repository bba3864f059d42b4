import type { Certificate, VerifiedPath } from '../../../pki/index.ts';
import { CheckList } from '../../check.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import { parseTpm2bPublic, type TpmtPublic } from '../public.ts';
import { type EkCertificateInput, type EkCertificateOptions, examineEkCertificate } from './certificate.ts';
import type { TpmIdentity } from './tcg-names.ts';
import { checkEkPublic, checkEkTemplate } from './template.ts';

export type EndorsementKeyInput = EkCertificateInput & {
  /** TPM2B_PUBLIC of the endorsement key, as the host reads it from its TPM. */
  readonly ekPublic: Uint8Array;
};

/** A manufacturer's word that a TPM of this make holds this key. */
export type EndorsementKey = {
  readonly certificate: Certificate;
  readonly publicArea: TpmtPublic;
  readonly identity: TpmIdentity;
  readonly path: VerifiedPath;
};

export type EndorsementKeyResult = {
  readonly findings: CheckList;
  readonly verified: Verified<EndorsementKey> | null;
};

/**
 * Verifies an endorsement key: its certificate, the certificate's chain, and that the public area is the certified
 * key's (TPM 2.0 Part 1, 9.4.2; TCG EK Credential Profile).
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 * @remarks Unproven afterwards: that the host can use the key at all (`makeCredential` asks), and revocation unless
 * `acceptPath` looked. Attributes in the public area are the host's word until a credential made for it is opened.
 */
export function verifyEndorsementKey(
  input: EndorsementKeyInput,
  options: EkCertificateOptions,
): EndorsementKeyResult {
  const findings = new CheckList();
  const publicArea = parseTpm2bPublic(input.ekPublic);
  const { certificate, identity, path } = examineEkCertificate(findings, input, options);
  checkEkPublic(findings, publicArea, certificate.publicKey);
  checkEkTemplate(findings, publicArea);
  if (!findings.passed || identity === null || path === null) return { findings, verified: null };
  return { findings, verified: sealVerified({ certificate, publicArea, identity, path }) };
}
