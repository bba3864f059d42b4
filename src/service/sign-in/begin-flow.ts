import { insertFlow, purgeFlows } from '../../store/sign-in/flows.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { ProvenKey } from '../principal.ts';
import { flowValues } from './flow-values.ts';
import type { IssuerClient } from './issuer.ts';
import { newSecret } from './secret.ts';

/** As long as somebody takes over a password and a second factor. */
export const FLOW_LIFE_MS = 10 * 60_000;

/** Where the issuer sends people back to: one address, whatever they wanted to see. */
export const CALLBACK_PATH = '/v1/page-sessions/callback';

const MAX_RETURN_LENGTH = 1_024;

export type BegunFlow = {
  readonly authorizationUrl: string;
  /** For the cookie, and kept nowhere. */
  readonly value: string;
};

/**
 * Sends a browser to the issuer. The session that comes of it will be bound to the key that this request proves.
 * @throws RequestError `invalid_request` for a way back that is no path of ours; `issuer_unavailable`, `dpop_replayed`
 */
export async function beginFlow(
  context: Context,
  issuer: IssuerClient,
  { jkt, proof }: ProvenKey,
  returnTo: string,
): Promise<BegunFlow> {
  const { publicUrl } = context.config;
  const return_to = requireOwnPath(returnTo, publicUrl);
  const { id, value, secretHash } = newSecret(context);
  const redirectUri = `${publicUrl.replace(/\/$/, '')}${CALLBACK_PATH}`;
  const authorizationUrl = await issuer.authorizationUrl(flowValues(value), redirectUri);
  await context.store.write(async (tx) => {
    const at = context.clock();
    const nowMs = at.getTime();
    await spendProof(tx, proof);
    await tx.run(purgeFlows, { nowMs });
    const expires_at_ms = nowMs + FLOW_LIFE_MS;
    await tx.run(insertFlow, { id, secret_hash: secretHash, jkt, return_to, expires_at_ms });
  });
  return { authorizationUrl, value };
}

/** Nobody is sent elsewhere from here, and to no answer of the API: as a browser reads it, not as it looks. */
function requireOwnPath(text: string, publicUrl: string): string {
  const own = new URL(publicUrl);
  const url = text.startsWith('/') && text.length <= MAX_RETURN_LENGTH ? URL.parse(text, own.href) : null;
  if (url !== null && url.origin === own.origin && !/^\/v1(?:\/|$)/.test(url.pathname)) {
    const path = `${url.pathname}${url.search}${url.hash}`;
    // A path that begins with two slashes names another host again.
    if (!/^\/[/\\]/.test(path)) return path;
  }
  throw new RequestError('invalid_request', 'the way back is no path of the page', {
    path: 'body.returnTo',
    expected: `a path that begins with one slash, at most ${MAX_RETURN_LENGTH} characters`,
    actual: text.slice(0, 80),
  });
}
