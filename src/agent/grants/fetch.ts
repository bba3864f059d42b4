import { z } from 'zod';
import { type RenewalAnswer, renewalAnswer } from '../../protocol/grant.ts';
import type { DataFolder } from '../folder.ts';
import { readAnswer } from '../verifier/answer.ts';
import type { Client } from '../verifier/client.ts';

/** Under which licence, and whether the grant is to list its devices besides their root: for whoever counts them on this host. */
export type GrantWish = { readonly licenceId: string; readonly listDevices: boolean };

/** The grant of this host under a licence as the verifier answers it: the present one, or from half of its life on a new one. */
async function fetchGrant(client: Client, wish: GrantWish, signal: AbortSignal): Promise<RenewalAnswer> {
  const body = { mediaType: 'application/json', content: JSON.stringify(wish) };
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
  wish: GrantWish,
  signal: AbortSignal,
): Promise<RenewalAnswer> {
  const answer = await fetchGrant(client, wish, signal);
  folder.write(grantFile(wish.licenceId), JSON.stringify(answer));
  return answer;
}
