import { SignJWT } from 'jose';
import { z } from 'zod';
import {
  type measuredUsage,
  USAGE_REPORT_TYP,
  type UsageAnswer,
  usageAnswer,
  usageClaims,
} from '../../protocol/usage.ts';
import { readAnswer } from '../verifier/answer.ts';
import type { Client } from '../verifier/client.ts';

/** What a host computed in a window, by one of its meters. */
export type MeasuredUsage = z.infer<typeof measuredUsage> & {
  readonly licenceId: string;
};

type Reporter = { readonly hostId: string; readonly now: Date };

/** A report of usage, signed by the host's key. @throws ZodError for a window or amount that is none */
export function usageReport(
  { address, hostKey: { algorithm, privateKey, publicJwk } }: Pick<Client, 'address' | 'hostKey'>,
  { licenceId, ...measured }: MeasuredUsage,
  { hostId, now }: Reporter,
): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000);
  const claims = { iss: hostId, aud: address.origin, sub: licenceId, iat, ...measured };
  return new SignJWT(usageClaims.parse(claims))
    .setProtectedHeader({
      typ: USAGE_REPORT_TYP,
      alg: algorithm === 'ES256' ? 'ES256' : 'EdDSA',
      jwk: publicJwk,
    })
    .sign(privateKey);
}

/** Sends one; a refusal is an answer, not an error. @throws AgentError, Refusal */
export async function sendUsage(client: Client, report: string, signal: AbortSignal): Promise<UsageAnswer> {
  const body = { mediaType: 'application/json', content: JSON.stringify({ report }) };
  const answer = await client.post({ path: '/v1/usage-reports', body, signal });
  return readAnswer(z.object(usageAnswer.shape), answer, client.address);
}
