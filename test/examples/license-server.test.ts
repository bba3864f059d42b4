import type { Server } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GrantJudge } from '../../examples/license-server/judge.ts';
import { listening } from '../../examples/license-server/listening.ts';
import { licenseServer } from '../../examples/license-server/server.ts';
import { makePossession, type Possession, proofOf } from '../http/possession.ts';
import { sha256Base64Url } from './digest.ts';
import { type Granted, granted } from './granted.ts';

type Started = { readonly status: number; readonly body: { readonly reasons?: readonly string[] } };
type Showing = { readonly key?: Possession; readonly proof?: string; readonly host?: string };

/** The example in this process, by the clock of the verifier's world. */
async function serve({ world }: Granted['licensed'], verifier = world.server.url) {
  const judge = new GrantJudge({
    verifier: new URL(verifier),
    tenant: 'acme',
    profile: 'basic',
    clock: world.context.clock,
  });
  let url = '';
  const server: Server = licenseServer(judge, () => url);
  url = `http://${await listening(server, 0)}`;
  onTestFinished(() => void server.close());
  return url;
}

/** Shows the grant as its host does, unless told otherwise. */
async function start(url: string, { licensed, grant, key }: Granted, more: Showing = {}): Promise<Started> {
  const now = licensed.world.context.clock();
  const ath = sha256Base64Url(grant);
  const proof =
    more.proof ??
    proofOf(more.key ?? key, { method: 'POST', url: `${more.host ?? url}/start`, now }, { ath });
  const answer = await fetch(`${url}/start`, {
    method: 'POST',
    headers: { authorization: `DPoP ${grant}`, dpop: proof },
  });
  const body: Started['body'] = JSON.parse(await answer.text());
  return { status: answer.status, body };
}

/** Ids of the checks that a refusal names. */
const idsOf = ({ body }: Started) => body.reasons?.map((reason) => reason.split(':', 1)[0]);

describe('the license server of the examples', () => {
  it('starts what a grant allows, and takes a proof once', async () => {
    const host = await granted();
    const url = await serve(host.licensed);
    const now = host.licensed.world.context.clock();
    const proof = proofOf(
      host.key,
      { method: 'POST', url: `${url}/start`, now },
      { ath: sha256Base64Url(host.grant) },
    );
    expect(await start(url, host, { proof })).toEqual({
      status: 200,
      body: {
        licence: host.licensed.licenceId,
        host: host.licensed.host.hostId,
        devices: 1,
        until: '2026-03-01T13:00:00.000Z',
      },
    });
    expect(idsOf(await start(url, host, { proof }))).toEqual(['grant.proof']);
    expect((await start(url, host)).status).toBe(200);
  });

  it('refuses for its own reason each: the end, another key, a proof for another server', async () => {
    const host = await granted();
    const url = await serve(host.licensed);
    const stolen = await start(url, host, { key: makePossession() });
    expect([stolen.status, idsOf(stolen)]).toEqual([403, ['grant.host-key']]);
    const relayed = await start(url, host, { host: 'http://license.example' });
    expect([relayed.status, idsOf(relayed)]).toEqual([403, ['grant.proof.request']]);
    host.licensed.world.pass(3_600_000);
    const late = await start(url, host);
    expect([late.status, idsOf(late)]).toEqual([403, ['grant.expired']]);
  });

  it('refuses a grant that is suspended as soon as the list that it has is too old', async () => {
    const host = await granted();
    const { world, host: enrolled, post } = host.licensed;
    const url = await serve(host.licensed);
    expect((await start(url, host)).status).toBe(200);
    await post(`/v1/hosts/${enrolled.hostId}/suspension`, { reason: 'for a test' });
    world.pass(300_000);
    expect(idsOf(await start(url, host))).toEqual(['grant.status']);
    await post(`/v1/hosts/${enrolled.hostId}/reinstatement`, { reason: 'for a test' });
    world.pass(300_000);
    expect((await start(url, host)).status).toBe(200);
  });

  it('starts nothing where the verifier cannot be asked, and nothing that shows no grant', async () => {
    const host = await granted();
    const down = await serve(host.licensed, 'http://127.0.0.1:1');
    expect((await start(down, host)).status).toBe(503);
    const url = await serve(host.licensed);
    expect((await fetch(`${url}/start`, { method: 'POST' })).status).toBe(401);
    expect((await fetch(url)).status).toBe(404);
  });
});
