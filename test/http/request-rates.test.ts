import { describe, expect, it, onTestFinished } from 'vitest';
import { refuseEverybody } from '../../src/http/middleware/authorise.ts';
import { trustedProxies } from '../../src/http/middleware/peer.ts';
import { ok } from '../../src/http/reply.ts';
import { type Authorise, type Route, route } from '../../src/http/route.ts';
import type { RunningServer, ServerOptions } from '../../src/http/server.ts';
import { serveRoutes } from './serve.ts';

const proof = { digest: 1, expiresAt: new Date() };
const named = (authorization: string | undefined): string => authorization ?? 'nobody';

/** Whoever writes a name into Authorization is taken for it. */
const authenticators: ServerOptions['authenticators'] = {
  bearer: async ({ authorization }) => ({
    id: named(authorization),
    name: '',
    role: 'auditor',
    tenant: 't',
    scopes: new Set(['log:read']),
    proven: true,
    proof,
  }),
  binder: async () => ({ tokenId: 't', jkt: 'j', jwk: {}, proof }),
  host: async ({ authorization }) => ({ hostId: named(authorization), tenant: 't', jkt: 'j', proof }),
  key: async ({ authorization }) => ({ jkt: named(authorization), jwk: {}, proof }),
  browser: refuseEverybody.browser,
  page: refuseEverybody.page,
  enrolment: async ({ authorization }) => ({
    jkt: named(authorization),
    jwk: {},
    proof,
    tokenId: 't',
    tenant: 't',
    facilityId: 'f',
  }),
};

let handled = 0;
function routeAt(path: `/${string}`, operationId: string, authorise: Authorise): Route {
  return route({
    method: 'GET',
    path,
    operationId,
    summary: operationId,
    tag: 'Test',
    authorise,
    responses: { 200: { description: 'Yes.' } },
    handle: async () => {
      handled++;
      return ok('yes');
    },
  });
}

const ROUTES = [
  routeAt('/public', 'everybody', { scheme: 'public' }),
  routeAt('/readyz', 'getReadiness', { scheme: 'public' }),
  routeAt('/tenant', 'tenants', { scheme: 'bearer', scope: 'log:read', effect: 'reads' }),
  routeAt('/host', 'hosts', { scheme: 'host' }),
  routeAt('/key', 'keys', { scheme: 'key' }),
  routeAt('/enrolment', 'enrolments', { scheme: 'enrolment' }),
];
/** Nothing is earned back while a test runs. */
const slow = (burst: number) => ({ perSecond: 0.001, burst });
const FREE = { address: null, principal: null, host: null };

async function serve(options: Partial<ServerOptions>): Promise<RunningServer> {
  const server = await serveRoutes(ROUTES, { authenticators, ...options });
  onTestFinished(() => server.close(0));
  return server;
}

async function ask(
  { url }: RunningServer,
  path: string,
  { who, from }: { who?: string; from?: string } = {},
): Promise<Response> {
  const response = await fetch(url + path, {
    headers: {
      ...(who === undefined ? {} : { authorization: who }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
    },
  });
  await response.clone().arrayBuffer();
  return response;
}
const statusesOf = async (asked: readonly Promise<Response>[]): Promise<number[]> =>
  (await Promise.all(asked)).map(({ status }) => status).sort();

describe('whoever asks too often', () => {
  it('is told so, when to come back, and by which rule; nothing is done', async () => {
    const server = await serve({ rates: { ...FREE, principal: slow(2) } });
    await ask(server, '/tenant', { who: 'ann' });
    await ask(server, '/tenant', { who: 'ann' });
    handled = 0;
    const refused = await ask(server, '/tenant', { who: 'ann' });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.headers.get('ratelimit-policy')).toBe('"principal";q=2;w=2000');
    expect(refused.headers.get('ratelimit')).toMatch(/^"principal";r=0;t=\d+$/);
    expect(handled).toBe(0);
    expect((await ask(server, '/tenant', { who: 'bob' })).status).toBe(200);
  });

  it('is told before, once half is gone', async () => {
    const server = await serve({ rates: { ...FREE, principal: slow(4) } });
    const told: (string | null)[] = [];
    for (let at = 0; at < 4; at++) {
      const { headers } = await ask(server, '/tenant', { who: 'ann' });
      told.push(headers.get('ratelimit')?.replace(/;t=.*/, '') ?? null);
    }
    expect(told).toEqual([null, '"principal";r=2', '"principal";r=1', '"principal";r=0']);
  });

  it('has its part where several verifiers share the rates, and never less than one request', async () => {
    const server = await serve({ rates: { ...FREE, principal: slow(4), host: slow(4) } });
    server.shareRates(2);
    const asked = [1, 2, 3].map(() => ask(server, '/tenant', { who: 'ann' }));
    expect(await statusesOf(asked)).toEqual([200, 200, 429]);
    server.shareRates(50);
    expect(await statusesOf([1, 2].map(() => ask(server, '/host', { who: 'h1' })))).toEqual([200, 429]);
    server.shareRates(1);
    expect(await statusesOf([1, 2, 3, 4, 5].map(() => ask(server, '/tenant', { who: 'bob' })))).toEqual([
      200, 200, 200, 200, 429,
    ]);
  });

  it.each(['/host', '/key', '/enrolment'])('is counted by its key at %s', async (path) => {
    const server = await serve({ rates: { ...FREE, host: slow(1) } });
    expect((await ask(server, path, { who: 'h1' })).status).toBe(200);
    expect(await (await ask(server, path, { who: 'h1' })).json()).toMatchObject({ code: 'rate_limited' });
    expect((await ask(server, path, { who: 'h2' })).status).toBe(200);
    expect((await ask(server, '/tenant', { who: 'h1' })).status).toBe(200);
  });
});

describe('an address', () => {
  const proxies = trustedProxies(['127.0.0.1', '::1', '10.0.0.0/8']) ?? undefined;
  const rates = { ...FREE, address: slow(1) };

  it('is limited over tokens and without', async () => {
    const server = await serve({ rates, proxies });
    const from = '192.0.2.1';
    expect((await ask(server, '/public', { from })).status).toBe(200);
    expect((await ask(server, '/tenant', { from, who: 'ann' })).status).toBe(429);
    expect((await ask(server, '/tenant', { from: '192.0.2.2', who: 'ann' })).status).toBe(200);
  });

  it('is not for what hosts ask, nor for what balancers do', async () => {
    const server = await serve({ rates, proxies });
    const from = '192.0.2.1';
    await ask(server, '/public', { from });
    const asked = ['/host', '/key', '/enrolment', '/readyz'].map((path) => ask(server, path, { from }));
    expect(await statusesOf(asked)).toEqual([200, 200, 200, 200]);
  });

  it('is this machine’s own without limit, where no proxy is trusted', async () => {
    const server = await serve({ rates });
    const asked = Array.from({ length: 5 }, () => ask(server, '/public', { from: '192.0.2.1' }));
    expect(await statusesOf(asked)).toEqual([200, 200, 200, 200, 200]);
  });

  it.each([
    ['the last hop that is not the operator’s', '198.51.100.7, 192.0.2.1, 10.1.2.3', '192.0.2.1'],
    ['under another form', '::ffff:192.0.2.1', '192.0.2.1'],
    ['its IPv6 network', '2001:db8::1', '2001:db8::2'],
    ['the proxy itself where its word is no address', '192.0.2.1, garbage', '192.0.2.2, rubbish'],
    ['the proxy itself where it says nothing', '', '10.9.9.9'],
  ])('behind a proxy is %s', async (_, first, second) => {
    const server = await serve({ rates, proxies });
    expect((await ask(server, '/public', { from: first })).status).toBe(200);
    expect((await ask(server, '/public', { from: second })).status).toBe(429);
    expect((await ask(server, '/public', { from: '203.0.113.9' })).status).toBe(200);
  });

  it('is not what a stranger says that it is', async () => {
    // This machine is no trusted proxy here: what it says of others counts for nothing.
    const server = await serve({ rates, proxies: trustedProxies(['10.0.0.0/8']) ?? undefined });
    const asked = Array.from({ length: 3 }, (_, at) => ask(server, '/public', { from: `192.0.2.${at}` }));
    expect(await statusesOf(asked)).toEqual([200, 200, 200]);
    const direct = await serve({ rates, proxies: trustedProxies(['127.0.0.1']) ?? undefined });
    expect((await ask(direct, '/public', { from: '203.0.113.1, 192.0.2.1' })).status).toBe(200);
    expect((await ask(direct, '/public', { from: '203.0.113.2, 192.0.2.1' })).status).toBe(429);
  });
});

describe('trusted proxies', () => {
  it.each([
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '',
    '::1/129',
    '10.0.0.0/-1',
    '10.1/16',
  ])('are addresses or networks: %s is neither', (text) => {
    expect(trustedProxies([text])).toBeNull();
  });
});
