import { z } from 'zod';
import { instant, sha256Hex } from '../../protocol/encoding.ts';
import { hostId, linkedDevice, platform } from '../../protocol/enrolment.ts';
import { hostStateName, shownLevel } from '../../protocol/host-list.ts';
import { tenant } from '../../protocol/identifier.ts';
import { reason } from '../../protocol/reason.ts';
import { facilityId } from '../../protocol/registry.ts';
import { teeKind } from '../../protocol/tee.ts';

const hostShown = z
  .strictObject({
    id: hostId,
    tenant,
    facilityId,
    hostname: z.string().nullable().describe('A label for people; never an identity.'),
    kind: z.enum(['tpm', 'tee']).describe('What the host enrolled by.'),
    tee: teeKind.nullable(),
    ekSha256: sha256Hex
      .nullable()
      .describe("SHA-256 of the endorsement key's SubjectPublicKeyInfo: what a host with a TPM is."),
    hostKeySha256: sha256Hex
      .nullable()
      .describe("The host key's thumbprint (RFC 7638), in hexadecimal: what a confidential guest is."),
    enrolledAt: instant,
    suspendedAt: instant.nullable(),
    suspendedReason: z.string().nullable(),
    lastSubmission: z
      .strictObject({
        sessionId: z.string(),
        outcome: z.enum(['accepted', 'refused']),
        evidenceIssuedAt: instant.describe('When its nonce was issued.'),
        reasons: z.array(reason),
      })
      .nullable(),
    failures: z.int().min(0).describe('Refused submissions since the last accepted one.'),
    unansweredSessions: z.int().min(0).describe('Sessions since the last submission that had no answer.'),
    nextAttestationAfter: instant.nullable(),
  })
  .describe('An enrolled host, and how its attestation goes.');

export const hostListed = hostShown.extend({
  state: hostStateName,
  level: shownLevel.nullable().describe('What it proves now; null unless its state is `proven`.'),
});
export type HostShown = z.infer<typeof hostShown>;
export type HostListed = z.infer<typeof hostListed>;

export const host = hostShown.extend({
  jkt: z.string().describe('RFC 7638 thumbprint of the host key.'),
  akName: z
    .string()
    .nullable()
    .describe('Name of the attestation key (TPM2B_NAME without size), hexadecimal.'),
  ekAnchorSha256: sha256Hex.nullable().describe('The root under which its endorsement key was verified.'),
  ekValidUntil: instant.nullable(),
  platform: platform.nullable(),
  devices: z.array(linkedDevice),
});
export type HostAnswer = z.infer<typeof host>;
