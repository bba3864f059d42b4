import { hash, randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import { verifierRoutes } from '../../src/http/routes.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import { type Issued, issueLeaf, issueRoot, T0 } from '../pki/issue.ts';
import { extKeyUsage, plain } from '../pki/issue-extensions.ts';
import { certificatePem, type Pair, pairOf, type SecureAnswer, secureCall, serverPair } from './secure.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

const ca = issueRoot({ subject: 'clients' });
const serverKey = serverPair();
const digest = ({ der }: Issued): string => hash('sha256', der, 'base64url');
const client = issueLeaf(ca, { subject: 'machine' });

let verifier: TestVerifier;
let server: RunningServer;

/** The same verifier again, behind TLS that asks for certificates of clients. */
function serveSecurely(clientCa: Issued | undefined): Promise<RunningServer> {
  const metrics = createMetrics();
  const { routes, authenticators, once } = verifierRoutes(verifier.context, {
    metrics,
    metricsAccess: 'bearer',
    version: '0',
  });
  const { log } = verifier.context;
  const tls = clientCa === undefined ? serverKey : { ...serverKey, clientCa: certificatePem(clientCa) };
  return startServer({ routes, authenticators, once, metrics, log, host: '127.0.0.1', port: 0, tls });
}

beforeAll(async () => {
  verifier = await startTestVerifier();
  server = await serveSecurely(ca);
});
afterAll(async () => {
  await server.close(0);
  await verifier.close();
});

type Wish = { readonly [name: string]: unknown };

/** Whose each certificate was: it is nobody else's as long as that one is there. */
const holders = new Map<unknown, string>();

async function mint(wish: Wish): Promise<{ readonly status: number; readonly body: Wish }> {
  const before = holders.get(wish['certificate']);
  if (before !== undefined)
    await verifier.call('POST', `/v1/principals/${before}/disabling`, { token: verifier.adminToken });
  const { id } = await verifier.principal('exporter', `acme-${randomUUID().slice(0, 8)}`);
  if (wish['certificate'] !== undefined) holders.set(wish['certificate'], id);
  const body = { principalId: id, label: 'test', ...wish };
  return verifier.call('POST', '/v1/tokens', { token: verifier.adminToken, body });
}
const tokenFor = async (certificate: Issued): Promise<string> =>
  String((await mint({ certificate: digest(certificate) })).body['token']);

type Showing = { readonly as?: Pair; readonly agent?: Agent; readonly scheme?: string; readonly at?: string };

function read(
  token: string,
  { as, agent, scheme = 'Bearer', at = server.url }: Showing,
): Promise<SecureAnswer> {
  const headers = { authorization: `${scheme} ${token}` };
  return secureCall(`${at}/v1/parties`, { headers, as, ...(agent === undefined ? {} : { agent }) });
}

function change(token: string, { as, at = server.url }: Showing, key = randomUUID()): Promise<SecureAnswer> {
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
  const body = { legalName: 'Acme', country: 'DE' };
  return secureCall(`${at}/v1/parties`, { method: 'POST', headers, body, as });
}

describe('a token that is bound to a client certificate (RFC 8705)', () => {
  it('says so, and reads and changes on a connection that shows it', async () => {
    const { body } = await mint({ certificate: digest(client) });
    expect(body).toMatchObject({ jkt: null, x5tS256: digest(client), bindUntil: null });
    const token = String(body['token']);
    const as = pairOf(client);
    expect((await change(token, { as })).status).toBe(201);
    expect(await read(token, { as })).toMatchObject({
      status: 200,
      body: { items: [{ legalName: 'Acme' }] },
    });
  });

  it('has its answer again under the same Idempotency-Key, and does nothing twice', async () => {
    const token = await tokenFor(client);
    const key = randomUUID();
    const as = pairOf(client);
    const [first, again] = [await change(token, { as }, key), await change(token, { as }, key)];
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect((await read(token, { as })).body['items']).toHaveLength(1);
  });

  const day = 86_400_000;
  const past = { notBefore: T0, notAfter: new Date(Date.now() - day) };
  const future = { notBefore: new Date(Date.now() + day) };
  const serverAuth = { '2.5.29.37': plain(extKeyUsage('1.3.6.1.5.5.7.3.1')) };
  it.each<[string, Issued | null, Issued, string]>([
    ['none', null, client, 'proof_required'],
    ["another's", issueLeaf(ca, { subject: 'other' }), client, 'certificate_invalid'],
    [
      'one of the same name and key',
      issueLeaf(ca, { subject: 'machine', key: client.key }),
      client,
      'certificate_invalid',
    ],
  ])('is refused with %s', async (_, shown, bound, code) => {
    await expectRefusal(shown, bound, code);
  });

  it.each<[string, Issued]>([
    ['expired', issueLeaf(ca, past)],
    ['not yet in force', issueLeaf(ca, future)],
    ['below another CA', issueLeaf(issueRoot({ subject: 'others' }))],
    ['below a CA that only calls itself the same', issueLeaf(issueRoot({ subject: 'clients' }))],
    ['its own issuer', issueRoot({ subject: 'machine' })],
    ['for servers', issueLeaf(ca, { extensions: serverAuth })],
  ])('is refused although the certificate is the one, where that is %s', async (_, shown) => {
    await expectRefusal(shown, shown, 'certificate_invalid');
  });

  async function expectRefusal(shown: Issued | null, bound: Issued, code: string): Promise<void> {
    const token = await tokenFor(bound);
    const showing = shown === null ? {} : { as: pairOf(shown) };
    for (const answer of [await read(token, showing), await change(token, showing)]) {
      expect(answer).toMatchObject({ status: 401, body: { code } });
      expect(answer.challenge).toContain('error="invalid_token"');
    }
  }

  it('is refused once the certificate has ended, though the connection stands', async () => {
    const brief = issueLeaf(ca, { notAfter: new Date(Date.now() + 3_600_000) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 });
    const token = await tokenFor(brief);
    const showing = { as: pairOf(brief), agent };
    expect((await read(token, showing)).status).toBe(200);
    verifier.advance(3_700_000);
    expect(await read(token, showing)).toMatchObject({ status: 401, body: { code: 'certificate_invalid' } });
    verifier.advance(-3_700_000);
    expect((await read(token, showing)).status).toBe(200);
    agent.destroy();
  });

  it('is good for nothing where no certificate is asked for: over plain HTTP, whatever its headers say, or TLS', async () => {
    const token = await tokenFor(client);
    const certificate = encodeURIComponent(certificatePem(client));
    const headers = {
      authorization: `Bearer ${token}`,
      'x-forwarded-client-cert': `Hash=${digest(client)};Cert="${certificate}"`,
      'client-cert': `:${Buffer.from(client.der).toString('base64')}:`,
      'x-ssl-client-cert': certificate,
    };
    const plainly = await verifier.call('GET', '/v1/parties', { headers });
    expect(plainly).toMatchObject({ status: 401, body: { code: 'proof_required' } });
    const unasked = await serveSecurely(undefined);
    const answer = await read(token, { as: pairOf(client), at: unasked.url });
    expect(answer).toMatchObject({ status: 401, body: { code: 'proof_required' } });
    await unasked.close(0);
  });

  it('is no DPoP token, can be bound to no key, and opens no session of a browser', async () => {
    const token = await tokenFor(client);
    expect((await read(token, { as: pairOf(client), scheme: 'DPoP' })).status).toBe(401);
    expect((await verifier.call('POST', '/v1/tokens/binding', { token })).body['code']).toBe(
      'proof_required',
    );
    const signedIn = await verifier.call('POST', '/v1/page-sessions', { token, body: { token } });
    expect(signedIn.status).toBeGreaterThanOrEqual(400);
  });

  it('is minted for one thing alone, by a digest that is one', async () => {
    const certificate = digest(client);
    for (const wish of [
      { certificate, bindWithinSeconds: 600 },
      { certificate, key: certificate },
      { certificate: 'AAAA' },
      { certificate: `${certificate.slice(0, 42)}_` },
    ])
      expect((await mint(wish)).status).toBe(400);
  });
});

describe('a connection that shows a client certificate', () => {
  it('gives other tokens nothing, and takes nothing from them', async () => {
    const as = pairOf(client);
    const reads = String((await mint({})).body['token']);
    expect((await read(reads, { as })).status).toBe(200);
    expect(await change(reads, { as })).toMatchObject({ status: 401, body: { code: 'proof_required' } });
    const stranger = pairOf(issueLeaf(issueRoot({ subject: 'others' })));
    expect((await read(reads, { as: stranger })).status).toBe(200);
  });

  it('is judged anew by each handshake: no session is resumed', async () => {
    const token = await tokenFor(client);
    const agent = new Agent({ keepAlive: false, maxSockets: 1 });
    for (let turn = 0; turn < 3; turn++) {
      const { status, resumed } = await read(token, { as: pairOf(client), agent });
      expect({ status, resumed }).toEqual({ status: 200, resumed: false });
    }
    agent.destroy();
  });

  it('has shown nothing once another CA counts', async () => {
    const own = await serveSecurely(ca);
    const token = await tokenFor(client);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const showing = { as: pairOf(client), agent, at: own.url };
    expect((await read(token, showing)).status).toBe(200);
    const others = issueRoot({ subject: 'others' });
    own.renewTls({ ...serverKey, clientCa: certificatePem(others) });
    const answer = await read(token, showing).catch(() => read(token, showing));
    expect(answer).toMatchObject({ status: 401, body: { code: 'certificate_invalid' } });
    own.renewTls({ ...serverKey, clientCa: certificatePem(others) + certificatePem(ca) });
    expect((await read(token, { ...showing, agent: new Agent() })).status).toBe(200);
    agent.destroy();
    await own.close(0);
  });
});
