import { z } from 'zod';
import { type RenewalAnswer, renewalAnswer } from '../../protocol/grant.ts';
import type { DataFolder } from '../folder.ts';
import { readAnswer } from '../verifier/answer.ts';
import type { Client } from '../verifier/client.ts';

/** The grant of this host under a licence as the verifier answers it: the present one, or from half of its life on a new one. */
async function fetchGrant(client: Client, licenceId: string, signal: AbortSignal): Promise<RenewalAnswer> {
  const body = { mediaType: 'application/json', content: JSON.stringify({ licenceId }) };
  const answer = await client.post({ path: '/v1/grants/renewals', body, signal });
  return readAnswer(z.object(renewalAnswer.shape), answer, client.address);
}

/** Where a licence's answer lies in the data folder. */
export function grantFile(licenceId: string): string {
  return `grant-${licenceId}.json`;
}

/**
 * Fetches the grant under a licence and keeps the whole answer in the data folder, 0600 and whole or not at all: token, status list token
 * and receipt, which a license server asks for; or a denial's reasons. What was there before stays where nothing was answered.
 *
 * @throws AgentError, Refusal; a denial is an answer, not an error
 */
export async function keepGrant(
  client: Client,
  folder: DataFolder,
  licenceId: string,
  signal: AbortSignal,
): Promise<RenewalAnswer> {
  const answer = await fetchGrant(client, licenceId, signal);
  folder.write(grantFile(licenceId), JSON.stringify(answer));
  return answer;
}
