import { z } from 'zod';
import { enrolled } from '../protocol/enrolment.ts';
import type { Attester } from './attester.ts';
import { type Pace, resend } from './repeat.ts';
import { readAnswer } from './verifier/answer.ts';
import type { Client } from './verifier/client.ts';

export type Enrolling = {
  readonly client: Client;
  readonly attester: Attester;
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
 * Enrols a host in two steps: what it is there, a challenge back; what only it can make of the challenge there, its
 * identity back. Nothing is kept here; the caller remembers the host's id.
 *
 * @throws AgentError, Refusal
 */
export async function enrol({
  client,
  attester,
  token,
  hostname,
  pace,
  signal,
}: Enrolling): Promise<Enrolled> {
  const label = hostname === undefined ? {} : { hostname };
  const challenge = await client.post({
    path: '/v1/enrolments',
    bearer: token,
    body: json({ ...(await attester.describe()), ...label }),
    signal,
  });
  const { enrolmentId, expiresAt, step, body } = await attester.answer(challenge, client);
  const path = `/v1/enrolments/${encodeURIComponent(enrolmentId)}/${step}`;
  const send = (): Promise<unknown> => client.post({ path, body: json(body), signal });
  return readAnswer(answered, await resend(send, new Date(expiresAt), pace, signal), client.address);
}

function json(value: object): { readonly mediaType: string; readonly content: string } {
  return { mediaType: 'application/json', content: JSON.stringify(value) };
}
