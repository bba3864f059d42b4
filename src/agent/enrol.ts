import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { canonicalJsonBytes } from '../bytes/canonical-json.ts';
import { domain } from '../bytes/domain.ts';
import { fromBase64Url, toBase64Url } from '../bytes/text.ts';
import {
  type ActivationRequest,
  type EnrolmentRequest,
  enrolled,
  enrolmentChallenge,
} from '../protocol/enrolment.ts';
import { type Pace, resend } from './repeat.ts';
import type { TpmDevice } from './tpm/port.ts';
import { readAnswer } from './verifier/answer.ts';
import type { Client } from './verifier/client.ts';

export type Enrolling = {
  readonly client: Client;
  readonly device: TpmDevice;
  readonly token: string;
  /** A label for people. */
  readonly hostname?: string;
  readonly pace: Pace;
  readonly signal: AbortSignal;
};

/** Of the verifier's answer, what the agent needs; the rest is for people and may grow. */
const answered = z.object({ hostId: enrolled.shape.hostId });
export type Enrolled = z.infer<typeof answered>;

/**
 * Enrols a host by credential activation: certificates and public keys there, a secret back that only this TPM opens,
 * and a proof of having opened it. Nothing is kept here; the caller remembers the host's id.
 *
 * @throws AgentError, Refusal
 */
export async function enrol(enrolling: Enrolling): Promise<Enrolled> {
  const { client, device, token, pace, signal } = enrolling;
  const request = await describeHost(enrolling);
  const answer = await client.post({
    path: '/v1/enrolments',
    bearer: token,
    body: { mediaType: 'application/json', content: JSON.stringify(request) },
    signal,
  });
  const challenge = readAnswer(z.object(enrolmentChallenge.shape), answer, client.address);
  const secret = await device.activateCredential({
    credentialBlob: fromBase64Url(challenge.credentialBlob, 'credentialBlob'),
    encryptedSecret: fromBase64Url(challenge.encryptedSecret, 'encryptedSecret'),
  });
  const activation: ActivationRequest = {
    proof: toBase64Url(activationProof(secret, challenge.enrolmentId, client.hostKey.jkt)),
  };
  const send = (): Promise<unknown> =>
    client.post({
      path: `/v1/enrolments/${encodeURIComponent(challenge.enrolmentId)}/activation`,
      body: { mediaType: 'application/json', content: JSON.stringify(activation) },
      signal,
    });
  return readAnswer(
    enrolled,
    await resend(send, new Date(challenge.expiresAt), pace, signal),
    client.address,
  );
}

async function describeHost({ device, hostname }: Enrolling): Promise<EnrolmentRequest> {
  const { ekCertificate, ekIntermediates, ekPublic } = await device.readEndorsement();
  const { akPublic } = await device.createOrLoadAk();
  return {
    kind: 'tpm',
    tpm: {
      ekCertificate: toBase64Url(ekCertificate),
      ekIntermediates: ekIntermediates.map(toBase64Url),
      ekPublic: toBase64Url(ekPublic),
      akPublic: toBase64Url(akPublic),
    },
    ...(hostname === undefined ? {} : { hostname }),
  };
}

/** See protocol/enrolment.ts: binds the activated secret to this enrolment and to the host key, without sending it. */
function activationProof(secret: Uint8Array, enrolmentId: string, jkt: string): Uint8Array {
  const message = domain('activation', canonicalJsonBytes({ enrolmentId, jkt }));
  return new Uint8Array(createHmac('sha256', secret).update(message).digest());
}
