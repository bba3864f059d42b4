import { z } from 'zod';
import { check, notPerformed } from './check.ts';
import { base64Url, instant, sha256Hex } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { receiptOfChange } from './receipt.ts';
import { facilityId } from './registry.ts';

export const enrolmentTokenId = identifier('ent', 'An enrolment token.');
export const enrolmentId = identifier('enr', 'An enrolment.');
export const hostId = identifier(
  'hst',
  'A host: the endorsement key of its TPM, or the key of a confidential guest.',
);

const claim = z
  .strictObject({
    kind: z.enum(['host-tpm', 'host-tee', 'gpu', 'switch']),
    serial: z.string().min(1).max(200),
  })
  .describe("A device that the operator says the host holds: the operator's word, and shown as such.");

export const enrolmentTokenRequest = z.strictObject({
  facilityId,
  expiresInSeconds: z
    .int()
    .min(60)
    .max(30 * 86_400)
    .default(86_400),
  devices: z.array(claim).max(256).default([]),
});

export const enrolmentToken = z
  .strictObject({
    id: enrolmentTokenId,
    tenant,
    facilityId,
    state: z
      .enum(['usable', 'consumed', 'expired', 'revoked', 'exhausted'])
      .describe('Consumed by a completed enrolment alone; exhausted after too many refused ones.'),
    devices: z.array(claim),
    attemptsLeft: z.int(),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    hostId: hostId.nullable().describe('The host that was enrolled with it.'),
  })
  .describe('Good for enrolling one host at one facility.');
export type EnrolmentTokenAnswer = z.infer<typeof enrolmentToken>;

export const mintedEnrolmentToken = enrolmentToken.extend({
  token: z.string().describe('Shown once: for `sextant agent enrol`.'),
});

/**
 * Enrolment by credential activation (TPM 2.0 Part 1, section 24): the verifier encrypts a secret to the endorsement
 * key such that only the TPM that holds both that key and the attestation key can open it.
 *
 * `POST /v1/enrolments` with `Authorization: Bearer <enrolment token>` and a DPoP proof (RFC 9449) whose key becomes
 * the host key; then `POST /v1/enrolments/{id}/activation` with a DPoP proof by the same key.
 */
const hostname = z.string().min(1).max(253).optional().describe('A label for people; never an identity.');

const tpmEnrolment = z.strictObject({
  kind: z.literal('tpm').default('tpm'),
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
    platform: z
      .strictObject({
        certificate: base64Url(16_384, 'The platform certificate of the machine (RFC 5755, DER).'),
        intermediates: z.array(base64Url(8192, 'Its issuer, or a CA above it (DER).')).max(8).default([]),
      })
      .optional()
      .describe(
        'Which machine the TPM was built into, by its maker’s word; one that does not hold is refused.',
      ),
  }),
  hostname,
});

/**
 * Enrolment by a confidential guest: its own report says that whoever asked for it knew the host key, and this challenge.
 * `POST /v1/enrolments` with kind `tee`, then `POST /v1/enrolments/{id}/evidence` with a DPoP proof by the same key.
 */
const teeEnrolment = z.strictObject({ kind: z.literal('tee'), hostname });

export const enrolmentRequest = z.discriminatedUnion('kind', [tpmEnrolment, teeEnrolment]);
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;
export type TpmEnrolmentRequest = z.infer<typeof tpmEnrolment>;
export type TeeEnrolmentRequest = z.infer<typeof teeEnrolment>;

export const enrolmentChallenge = z.strictObject({
  enrolmentId: z.string(),
  expiresAt: instant,
  credentialBlob: base64Url(1024, 'TPM2B_ID_OBJECT for TPM2_ActivateCredential.'),
  encryptedSecret: base64Url(1024, 'TPM2B_ENCRYPTED_SECRET for TPM2_ActivateCredential.'),
});
export type EnrolmentChallenge = z.infer<typeof enrolmentChallenge>;

export const teeChallenge = z
  .strictObject({
    kind: z.literal('tee'),
    enrolmentId: z.string(),
    expiresAt: instant,
    challenge: base64Url(32, '32 random bytes, for one submission.'),
    aud: z.string().describe('The verifier, as the commitment must name it.'),
    tenant: z.string(),
    accept: z.array(z.string()).describe('Media types of the evidence that this verifier reads.'),
  })
  .describe(
    'report_data of the guest’s report must be SHA-512 over sextant/v1/enrolment-tee\\0 and the canonical JSON of {aud, challenge, enrolmentId, jkt, tenant}; on Azure extraData of the vTPM’s quote SHA-256 over sextant/v1/enrolment-vtpm\\0 and the same.',
  );
export type TeeChallenge = z.infer<typeof teeChallenge>;

/** Of an item, before base64url: a quote or report and an event log. */
export const MAX_TEE_EVIDENCE_BYTES = 1 << 19;

export const teeEvidenceRequest = z.strictObject({
  mediaType: z.string().min(1).max(127).describe('Of the item, as in a bundle.'),
  value: base64Url(MAX_TEE_EVIDENCE_BYTES, 'The item.'),
});
export type TeeEvidenceRequest = z.infer<typeof teeEvidenceRequest>;

/** What a guest's hardware says of its machine. */
export const platform = z
  .strictObject({
    intel: z
      .strictObject({
        fmspc: z.string(),
        pceId: z.string(),
        ppid: z.string().nullable(),
        piid: z.string().nullable(),
      })
      .nullable(),
    amd: z
      .strictObject({ product: z.string(), chipId: z.string().nullable(), cspId: z.string().nullable() })
      .nullable(),
    vtpmAkSha256: sha256Hex.nullable().describe('Of Azure’s vTPM when the host enrolled; it is disposable.'),
  })
  .describe(
    'Attributes of the machine, shared by all of its guests: they name no host, and none is identified by them.',
  );
export type Platform = z.infer<typeof platform>;

export const activationRequest = z.strictObject({
  /**
   * HMAC-SHA-256 under the activated secret over `sextant/v1/activation\0` and the canonical JSON of
   * {enrolmentId, jkt}, jkt being the RFC 7638 thumbprint of the host key: the secret itself never travels.
   */
  proof: base64Url(32, 'HMAC-SHA-256 under the activated secret.'),
});
export type ActivationRequest = z.infer<typeof activationRequest>;

export const linkedDevice = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    serial: z.string().nullable(),
    link: z
      .enum(['ek-digest', 'host-key', 'chip-certificate', 'operator-claimed', 'undeclared'])
      .describe(
        "What ties the device to the host: its declared key, evidence of its declared chip, its operator's word, or nothing that was declared.",
      ),
  })
  .describe('A device that a host holds.');

export const enrolled = z.strictObject({
  hostId,
  tenant,
  facilityId,
  again: z
    .boolean()
    .describe(
      'True for a TPM that was enrolled before: the host, its holds and its history remain. A guest is a new host each time.',
    ),
  devices: z.array(linkedDevice),
  receipt: receiptOfChange,
});

export const enrolment = z
  .strictObject({
    id: enrolmentId,
    tokenId: enrolmentTokenId,
    tenant,
    facilityId,
    hostname: z.string().nullable(),
    kind: z.enum(['tpm', 'tee']),
    outcome: z.enum(['challenged', 'refused', 'completed']),
    checks: z.array(check),
    notPerformed: z.array(notPerformed),
    createdAt: instant,
    expiresAt: instant,
    hostId: hostId.nullable(),
  })
  .describe('One attempt to enrol, and what was found.');
export type EnrolmentAnswer = z.infer<typeof enrolment>;
