import { z } from 'zod';
import { toBase64Url } from '../../bytes/text.ts';
import type { Item } from '../../evidence/bundle/cmw.ts';
import type { EnrolmentBinding } from '../../evidence/bundle/enrolment-commitment.ts';
import { teeChallenge } from '../../protocol/enrolment.ts';
import type { Attester, ChallengeAnswer } from '../attester.ts';
import { AgentError } from '../errors.ts';
import { readAnswer } from '../verifier/answer.ts';

/** The commitment's names are the challenge's, and the host key's. */
export type CollectForEnrolment = (binding: EnrolmentBinding) => Promise<Item>;

/** How every confidential guest enrols: a challenge, and evidence over the commitment to it and to the host key. */
export function guestEnrolment(collect: CollectForEnrolment): Pick<Attester, 'describe' | 'answer'> {
  return {
    describe: async () => ({ kind: 'tee' }),
    answer: async (answered, { address, hostKey }): Promise<ChallengeAnswer> => {
      const challenge = readAnswer(z.object(teeChallenge.shape), answered, address);
      const { aud, tenant, enrolmentId, expiresAt } = challenge;
      const binding = { aud, tenant, enrolmentId, challenge: challenge.challenge, jkt: hostKey.jkt };
      const { mediaType, value } = await collect(binding);
      requireAccepted(mediaType, challenge.accept);
      return {
        enrolmentId,
        expiresAt,
        step: 'evidence',
        body: { mediaType, value: toBase64Url(value) },
      };
    },
  };
}

/** The challenge is for one submission: what is not read there would be spent for nothing. */
function requireAccepted(mediaType: string, accept: readonly string[]): void {
  if (accept.includes(mediaType)) return;
  throw new AgentError(
    'evidence_not_accepted',
    'this verifier does not read the evidence of this guest',
    'Ask for a verifier of a newer version, or enrol the host by its TPM: --evidence tpm.',
    { expected: accept.join(', '), actual: mediaType },
  );
}
