import { z } from 'zod';
import { type LocationAnswer, locationAnswer, permitsAnswer } from '../../protocol/location.ts';
import { type Pace, resend } from '../repeat.ts';
import { readAnswer } from '../verifier/answer.ts';
import type { Client } from '../verifier/client.ts';
import type { HostKeys } from './answering.ts';
import { type MissingBound, respondToAll } from './respond-to-all.ts';

/** The verifier takes receipts for half a minute after their permits' end. */
const GRACE_MS = 25_000;

export type Locating = {
  readonly client: Client;
  /** Those that the session's evidence attested. */
  readonly keys: HostKeys;
  readonly pace: Pace;
};

export type Located = {
  /** What the verifier made of it; null where it named no landmarks. */
  readonly answer: LocationAnswer | null;
  readonly missing: readonly MissingBound[];
};

/**
 * Once a session's evidence was accepted: asks for permits, lets every landmark that was drawn measure this host, and carries
 * their receipts to the verifier. Receipts are sent again, the same, as long as nobody can tell whether they arrived.
 *
 * @throws Refusal, AgentError with a code of `ExchangeCode`; a landmark that fails is in `missing`, and no error
 */
export async function beLocated(
  { client, keys, pace }: Locating,
  sessionId: string,
  signal: AbortSignal,
): Promise<Located> {
  const path = `/v1/sessions/${encodeURIComponent(sessionId)}`;
  const given = await client.post({ path: `${path}/permits`, signal });
  const { permits, expiresAt } = readAnswer(z.object(permitsAnswer.shape), given, client.address);
  if (permits.length === 0) return { answer: null, missing: [] };
  const { measured, missing } = await respondToAll(permits, keys, signal);
  const receipts = measured.map(({ receipt }) => receipt);
  const body = { mediaType: 'application/json', content: JSON.stringify({ receipts }) };
  const send = (): Promise<unknown> => client.post({ path: `${path}/location`, body, signal });
  const until = new Date(Date.parse(expiresAt) + GRACE_MS);
  const answer = await resend(send, until, pace, signal);
  return { answer: readAnswer(z.object(locationAnswer.shape), answer, client.address), missing };
}
