import { z } from 'zod';
import { base64Url, instant } from './encoding.ts';

/**
 * Enrolment by credential activation (TPM 2.0 Part 1, section 24): the verifier encrypts a secret to the endorsement
 * key such that only the TPM that holds both that key and the attestation key can open it.
 *
 * `POST /v1/enrolments` with `Authorization: Bearer <enrolment token>` and a DPoP proof (RFC 9449) whose key becomes
 * the host key; then `POST /v1/enrolments/{id}/activation` with a DPoP proof by the same key.
 */
export const enrolmentRequest = z.strictObject({
  tpm: z.strictObject({
    ekCertificate: base64Url(
      8192,
      'EK certificate as read from NV (DER; trailing 0xFF padding is accepted).',
    ),
    ekIntermediates: z
      .array(base64Url(8192, 'A CA certificate between the EK certificate and a trusted root (DER).'))
      .max(8)
      .default([]),
    ekPublic: base64Url(1024, 'TPM2B_PUBLIC of the endorsement key.'),
    akPublic: base64Url(1024, 'TPM2B_PUBLIC of the attestation key.'),
  }),
  hostname: z.string().min(1).max(253).optional().describe('A label for people; never an identity.'),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;

export const enrolmentChallenge = z.strictObject({
  enrolmentId: z.string(),
  expiresAt: instant,
  credentialBlob: base64Url(1024, 'TPM2B_ID_OBJECT for TPM2_ActivateCredential.'),
  encryptedSecret: base64Url(1024, 'TPM2B_ENCRYPTED_SECRET for TPM2_ActivateCredential.'),
});
export type EnrolmentChallenge = z.infer<typeof enrolmentChallenge>;

export const activationRequest = z.strictObject({
  /**
   * HMAC-SHA-256 under the activated secret over `sextant/v1/activation\0` and the canonical JSON of
   * {enrolmentId, jkt}, jkt being the RFC 7638 thumbprint of the host key: the secret itself never travels.
   */
  proof: base64Url(32, 'HMAC-SHA-256 under the activated secret.'),
});
export type ActivationRequest = z.infer<typeof activationRequest>;
