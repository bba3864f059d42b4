import { hash } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  type GrantJudgement,
  parseGrantKeys,
  parseVerifierKey,
  tenantAudience,
  verifyGrant,
} from '../../../src/record/grant/index.ts';
import { shown } from '../../http/possession.ts';
import { type Answer, ask } from '../attestation/agent.ts';
import type { Licensed } from '../events/licensed.ts';

/** What came back, whatever its type. */
export type Fetched = { readonly status: number; readonly headers: Headers; readonly text: string };

export async function fetchText(
  { world }: Licensed,
  path: string,
  headers: Record<string, string> = {},
): Promise<Fetched> {
  const response = await fetch(new URL(path, world.server.url), { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The same with somebody's token. */
export function fetchAs(licensed: Licensed, token: string, path: string): Promise<Fetched> {
  const { clock } = licensed.world.context;
  const url = new URL(path, licensed.world.server.url);
  url.search = '';
  return fetchText(licensed, path, shown(token, { method: 'GET', url: url.href, now: clock() }));
}

/** The host asks for its grant. */
export function renew({ world, host, licenceId }: Licensed, more: object = {}): Promise<Answer> {
  return ask(world, '/v1/grants/renewals', { key: host.key, json: { licenceId, ...more } });
}

/** A license server that was handed a grant and a receipt, and has fetched the rest. */
export async function honour(
  licensed: Licensed,
  grant: string,
  receipt?: unknown,
  audience = 'acme',
): Promise<GrantJudgement> {
  const { world, host } = licensed;
  const keys = async (name: string) =>
    parseGrantKeys(JSON.parse((await fetchText(licensed, `/.well-known/${name}.json`)).text));
  const log = parseVerifierKey((await fetchText(licensed, '/v1/log/key')).text.trim());
  const at = world.context.clock();
  const request = { method: 'POST', url: 'https://license.example/start' };
  const proof = await new SignJWT({
    htm: request.method,
    htu: request.url,
    jti: 'once',
    iat: Math.floor(at.getTime() / 1000),
    ath: hash('sha256', grant, 'base64url'),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: host.key.publicKey.export({ format: 'jwk' }) })
    .sign(host.key.privateKey);
  const { uri } = JSON.parse(Buffer.from(grant.split('.')[1] ?? '', 'base64url').toString()).status
    .status_list;
  return verifyGrant(
    { grant, statusList: (await fetchText(licensed, uri)).text, possession: { proof, ...request }, receipt },
    {
      at,
      issuer: world.server.url,
      audience: tenantAudience(audience),
      grantKeys: await keys('grant-keys'),
      statusKeys: await keys('status-list-keys'),
      log: { log },
      profile: 'basic',
    },
  );
}

export function failures({ checks }: GrantJudgement): string[] {
  return checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}
