import { hash, randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { formatPem } from '../../src/bytes/pem.ts';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import { verifierRoutes } from '../../src/http/routes.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import type { ListFile, ListMemory } from '../../src/http/tls/client-lists.ts';
import { type CrlOptions, issueCrl, scope } from '../pki/crl-issue.ts';
import { type Issued, issueCa, issueLeaf, issueRoot } from '../pki/issue.ts';
import { certificatePem, type Pair, pairOf, type SecureAnswer, secureCall, serverPair } from './secure.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

const HOUR = 3_600_000;
const root = issueRoot({ subject: 'clients' });
const ca = issueCa(root, { subject: 'machines' });
const client = issueLeaf(ca, { subject: 'machine' });
const serverKey = serverPair();
const start = Date.now();
const at = (hours: number): Date => new Date(start + hours * HOUR);

/** In force now for a day, of nobody unless it says more. */
const list = (issuer: Issued, options: CrlOptions = {}): Uint8Array =>
  issueCrl(issuer, { thisUpdate: at(-1), nextUpdate: at(24), ...options });
const revoking = (one: Issued, reason = 1): CrlOptions => ({
  entries: [{ revoked: one, reason, date: at(-1) }],
});
const file = (bytes: Uint8Array | null, name = 'list'): ListFile => ({ name, bytes });
const both = (own: Uint8Array): ListFile[] => [file(list(root), 'root'), file(own, 'own')];

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

/** The verifier behind TLS that asks for certificates of clients and holds them to these lists. */
async function serve(
  clientLists: readonly ListFile[],
  clientCa: readonly Issued[] = [root, ca],
  listMemory?: ListMemory,
): Promise<RunningServer> {
  const metrics = createMetrics();
  const {
    routes,
    authenticators,
    once: onceOnly,
  } = verifierRoutes(verifier.context, {
    metrics,
    metricsAccess: 'bearer',
    version: '0',
  });
  const { log } = verifier.context;
  const own = { ...serverKey, clientCa: clientCa.map(certificatePem).join(''), clientLists };
  const tls = listMemory === undefined ? own : { ...own, listMemory };
  const where = { host: '127.0.0.1', port: 0, tls };
  const server = await startServer({ routes, authenticators, once: onceOnly, metrics, log, ...where });
  onTestFinished(() => server.close(0));
  return server;
}

function keptInMemory(): ListMemory & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    recall: () => [...files].map(([name, bytes]) => ({ name, bytes })),
    remember: (lists) => {
      for (const { name, bytes } of lists) files.set(name, bytes);
    },
  };
}

/** Whose each certificate was: it is nobody else's as long as that one is there. */
const holders = new Map<unknown, string>();

async function mint(wish: { readonly certificate?: string }): Promise<string> {
  const before = holders.get(wish.certificate);
  if (before !== undefined)
    await verifier.call('POST', `/v1/principals/${before}/disabling`, { token: verifier.adminToken });
  const { id } = await verifier.principal('exporter', `acme-${randomUUID().slice(0, 8)}`);
  if (wish.certificate !== undefined) holders.set(wish.certificate, id);
  const body = { principalId: id, label: 'test', ...wish };
  return String(
    (await verifier.call('POST', '/v1/tokens', { token: verifier.adminToken, body })).body['token'],
  );
}

const tokenFor = ({ der }: Issued): Promise<string> =>
  mint({ certificate: hash('sha256', der, 'base64url') });

type Asking = { readonly token: string; readonly as: Pair; readonly agent?: Agent };

function read({ url }: RunningServer, { token, as, agent }: Asking): Promise<SecureAnswer> {
  const headers = { authorization: `Bearer ${token}` };
  return secureCall(`${url}/v1/parties`, { headers, as, ...(agent === undefined ? {} : { agent }) });
}

/** 200, or why not. */
async function outcome(server: RunningServer, asking: Asking): Promise<unknown> {
  const { status, body } = await read(server, asking);
  if (status === 200) return 200;
  expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'certificate_invalid' });
  const [error] = body['errors'] as readonly { readonly actual: string }[]; // of every 401 with this code
  return error?.actual;
}

function kept(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

describe('a token that is bound to a client certificate, where the CA’s revocation lists are given', () => {
  it.each<[string, () => ListFile[]]>([
    ['in DER', () => both(list(ca))],
    [
      'in PEM, all in one file',
      () => [file(Buffer.from([root, ca].map((one) => formatPem('X509 CRL', list(one))).join('')))],
    ],
    [
      'with others’ certificates on them',
      () => both(list(ca, revoking(issueLeaf(ca, { subject: 'other' })))),
    ],
    [
      'beside an old one',
      () => [...both(list(ca)), file(list(ca, { thisUpdate: at(-9), nextUpdate: at(-8) }))],
    ],
  ])('is good where they clear the certificate: %s', async (_, files) => {
    const server = await serve(files());
    expect(await outcome(server, { token: await tokenFor(client), as: pairOf(client) })).toBe(200);
  });

  const stranger = issueRoot({ subject: 'clients', key: issueRoot().key });
  it.each<[string, () => ListFile[], string]>([
    ['revokes it', () => both(list(ca, revoking(client))), 'certificate_revoked'],
    ['holds it', () => both(list(ca, revoking(client, 6))), 'certificate_on_hold'],
    [
      'revokes the CA that issued it',
      () => [file(list(root, revoking(ca))), file(list(ca))],
      'certificate_revoked (CN=machines)',
    ],
    ['has ended', () => both(list(ca, { nextUpdate: at(-0.5) })), 'crl_expired'],
    ['is not yet in force', () => both(list(ca, { thisUpdate: at(1) })), 'crl_not_yet_valid'],
    [
      'does not say when the next one comes',
      () => both(list(ca, { nextUpdate: null })),
      'crl_next_update_missing',
    ],
    ['somebody else signed', () => both(list(ca, { signer: stranger.key })), 'crl_signature_invalid'],
    ['is of a CA above alone', () => [file(list(root))], 'crl_other_issuer'],
    ['is of its own CA alone', () => [file(list(ca))], 'crl_other_issuer (CN=machines)'],
    ['could not be read', () => [...both(list(ca)), file(null, 'gone')], 'crl_unreadable'],
    ['is cut short', () => both(list(ca).subarray(0, 90)), 'crl_unreadable'],
    ['is an empty file', () => both(new Uint8Array()), 'crl_unreadable'],
    ['is a certificate', () => both(ca.der), 'crl_unreadable'],
  ])('is refused where a list %s', async (_, files, actual) => {
    const server = await serve(files());
    expect(await outcome(server, { token: await tokenFor(client), as: pairOf(client) })).toBe(actual);
  });

  it('is refused at the next request of a connection that stands, as soon as the certificate is revoked', async () => {
    const server = await serve(both(list(ca)));
    const [token, other] = [await tokenFor(client), issueLeaf(ca, { subject: 'other' })];
    const asking = { token, as: pairOf(client), agent: kept() };
    const beside = { token: await tokenFor(other), as: pairOf(other), agent: kept() };
    expect([await outcome(server, asking), await outcome(server, beside)]).toEqual([200, 200]);
    server.renewClientLists(both(list(ca, { ...revoking(client), thisUpdate: at(-0.5) })));
    const answer = await read(server, asking);
    expect(answer).toMatchObject({ status: 401, reused: true, body: { code: 'certificate_invalid' } });
    expect(await read(server, beside)).toMatchObject({ status: 200, reused: true });
  });

  it('is refused once the list has ended, though the connection stands and the file is the same', async () => {
    const server = await serve(both(list(ca, { nextUpdate: at(2) })));
    const asking = { token: await tokenFor(client), as: pairOf(client), agent: kept() };
    expect(await outcome(server, asking)).toBe(200);
    verifier.advance(3 * HOUR);
    expect(await outcome(server, asking)).toBe('crl_expired');
    verifier.advance(-3 * HOUR);
    expect(await outcome(server, asking)).toBe(200);
  });

  it('stays refused where an older list takes the place of the one that revoked it', async () => {
    const server = await serve(both(list(ca, { ...revoking(client), thisUpdate: at(-0.5) })));
    const asking = { token: await tokenFor(client), as: pairOf(client) };
    expect(await outcome(server, asking)).toBe('certificate_revoked');
    server.renewClientLists(both(list(ca)));
    expect(await outcome(server, asking)).toBe('certificate_revoked');
    expect(server.clientLists()?.lists.map(({ fault }) => fault)).toEqual([null, 'crl_rolled_back']);
    server.renewClientLists(both(list(ca, { thisUpdate: at(-0.25) })));
    expect(await outcome(server, asking)).toBe(200);
  });

  it('stays refused where an older list of another scope takes the place of the one that revoked it', async () => {
    const server = await serve(both(list(ca, { ...revoking(client), thisUpdate: at(-0.5) })));
    const asking = { token: await tokenFor(client), as: pairOf(client) };
    const ofUsers = { scope: scope({ only: 'user' }) };
    server.renewClientLists(both(list(ca, ofUsers)));
    expect(await outcome(server, asking)).toBe('certificate_revoked');
    server.renewClientLists(both(list(ca, { ...ofUsers, thisUpdate: at(-0.25) })));
    expect(await outcome(server, asking)).toBe(200);
  });

  it('stays refused where a list of the same instant has the lower number', async () => {
    const server = await serve(both(list(ca, { ...revoking(client), number: 8 })));
    const asking = { token: await tokenFor(client), as: pairOf(client) };
    server.renewClientLists(both(list(ca, { number: 7 })));
    expect(await outcome(server, asking)).toBe('certificate_revoked');
    expect(server.clientLists()?.lists.map(({ fault }) => fault)).toEqual([null, 'crl_rolled_back']);
  });

  it('stays refused by an older list that a restart begins with; once the newer has ended, by its end', async () => {
    const memory = keptInMemory();
    const asking = { token: await tokenFor(client), as: pairOf(client) };
    const first = await serve(
      both(list(ca, { ...revoking(client), thisUpdate: at(-0.5), nextUpdate: at(2) })),
      undefined,
      memory,
    );
    expect(await outcome(first, asking)).toBe('certificate_revoked');
    expect(memory.files.size).toBe(2);
    await first.close(0);
    const second = await serve(both(list(ca)), undefined, memory);
    expect(second.clientLists()?.lists.map(({ fault }) => fault)).toEqual([null, 'crl_rolled_back']);
    expect(await outcome(second, asking)).toBe('certificate_revoked');
    verifier.advance(3 * HOUR);
    expect(await outcome(second, asking)).toBe('crl_expired');
    verifier.advance(-3 * HOUR);
    second.renewClientLists(both(list(ca, { thisUpdate: at(-0.25) })));
    expect(await outcome(second, asking)).toBe(200);
    await second.close(0);
    const third = await serve(
      both(list(ca, { ...revoking(client), thisUpdate: at(-0.5) })),
      undefined,
      memory,
    );
    expect(await outcome(third, asking)).toBe(200);
  });

  it('is refused where what was kept of the newest list cannot be read', async () => {
    const memory = keptInMemory();
    const asking = { token: await tokenFor(client), as: pairOf(client) };
    await (await serve(both(list(ca)), undefined, memory)).close(0);
    for (const damaged of [null, new Uint8Array(), list(ca).subarray(0, 90)]) {
      const recall = (): ListFile[] => [...memory.recall(), file(damaged, 'kept')];
      const server = await serve(both(list(ca)), undefined, { ...memory, recall });
      expect(await outcome(server, asking)).toBe('crl_unreadable');
      server.renewClientLists(both(list(ca, { thisUpdate: at(-0.25) })));
      expect(await outcome(server, asking)).toBe('crl_unreadable');
    }
  });

  it('is refused where the client alone brings a CA, though the root is trusted and revoked none', async () => {
    const brought = issueCa(root, { subject: 'brought' });
    const leaf = issueLeaf(brought, { subject: 'machine' });
    const { key, cert } = pairOf(leaf);
    const server = await serve([file(list(root)), file(list(ca))]);
    const asking = { token: await tokenFor(leaf), as: { key, cert: cert + certificatePem(brought) } };
    expect(await outcome(server, asking)).toBe('issuer_unknown');
  });

  it('is judged by lists of the CA that took the place of another', async () => {
    const server = await serve([file(list(root)), file(list(ca))]);
    const others = issueRoot({ subject: 'others' });
    const theirs = issueLeaf(others, { subject: 'machine' });
    const asking = { token: await tokenFor(theirs), as: pairOf(theirs) };
    server.renewTls({ ...serverKey, clientCa: certificatePem(others) });
    expect(await outcome(server, asking)).toBe('crl_other_issuer');
    server.renewClientLists([file(list(others))]);
    expect(await outcome(server, asking)).toBe(200);
  });
});

describe('lists that refuse everybody', () => {
  it('keep nobody away who proves otherwise', async () => {
    const server = await serve([file(null)]);
    const asking = { token: await mint({}), as: pairOf(client) };
    expect((await read(server, asking)).status).toBe(200);
  });

  it('are told: by file, and which CA they leave out', async () => {
    const server = await serve([file(list(root)), file(null, 'gone')]);
    expect(server.clientLists()).toMatchObject({
      lists: [
        { file: 'gone', fault: 'crl_unreadable' },
        { fault: null, issuer: 'CN=clients' },
      ],
      silent: ['CN=clients', 'CN=machines'],
      refusesAll: true,
    });
  });

  it('neither begin nor end while a server listens', async () => {
    const tls = { ...serverKey, clientCa: certificatePem(root) };
    const metrics = createMetrics();
    const { log } = verifier.context;
    const parts = verifierRoutes(verifier.context, { metrics, metricsAccess: 'bearer', version: '0' });
    const server = await startServer({ ...parts, metrics, log, host: '127.0.0.1', port: 0, tls });
    onTestFinished(() => server.close(0));
    expect(() => server.renewClientLists([])).toThrow(TypeError);
    expect(server.clientLists()).toBeNull();
    const alone = { ...serverKey, clientLists: [] };
    await expect(
      startServer({ ...parts, metrics, log, host: '127.0.0.1', port: 0, tls: alone }),
    ).rejects.toThrow(TypeError);
  });
});
