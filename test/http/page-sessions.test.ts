import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieName, readCookie, setCookie } from '../../src/http/page-sessions/cookie.ts';
import { statement } from '../../src/store/statement.ts';
import { TestBrowser } from './browser.ts';
import { makePossession, proofOf } from './possession.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

let tenants = 0;
type Wish = { readonly [name: string]: unknown };
const BINDABLE: Wish = { bindWithinSeconds: 600 };

/** A token for a new exporter, minted as wished. */
async function mint(wish: Wish = BINDABLE, at = verifier) {
  const { id, tokenId } = await at.principal('exporter', `acme-${tenants++}`);
  const body = { principalId: id, label: 'page', ...wish };
  const minted = await at.call('POST', '/v1/tokens', { token: at.adminToken, body });
  return {
    principalId: id,
    tokenId: String(minted.body['id']),
    token: String(minted.body['token']),
    own: tokenId,
  };
}

/** Somebody who is signed in. */
async function visit(wish: Wish = BINDABLE, at = verifier) {
  const browser = new TestBrowser(at);
  const minted = await mint(wish, at);
  const answer = await browser.signIn(minted.token);
  expect(answer.status).toBe(201);
  return { browser, answer, ...minted };
}

const PARTY = { legalName: 'Acme', country: 'DE' };
const read = (browser: TestBrowser, asking = {}) => browser.ask('GET', '/v1/parties', asking);
const change = (browser: TestBrowser, asking = {}) =>
  browser.ask('POST', '/v1/parties', { body: PARTY, ...asking });
const current = (browser: TestBrowser, asking = {}) =>
  browser.ask('GET', '/v1/page-sessions/current', asking);

const acts = statement((db) => db.selectFrom('log_leaf').selectAll());
const rows = statement((db) => db.selectFrom('page_session').selectAll());

describe('signing in with a token', () => {
  it('opens a session that reads and changes as the person, by cookie and proof', async () => {
    const { browser, answer, principalId } = await visit();
    expect(answer.body).toMatchObject({
      principal: { id: principalId },
      role: 'exporter',
      readsOnly: false,
      idleSeconds: 1800,
    });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^sextant-\d+=[0-9a-z]{26}\.[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect((await change(browser)).status).toBe(201);
    const { status, body } = await read(browser);
    expect(status).toBe(200);
    expect(body['items']).toHaveLength(1);
    expect((await current(browser)).body).toEqual(answer.body);
  });

  it('names the cookie so that only TLS carries it, where the verifier is reached by TLS', () => {
    const cookie = cookieName('https://verifier.example');
    expect(setCookie(cookie, 'x')).toBe('__Host-sextant=x; Path=/; HttpOnly; SameSite=Strict; Secure');
    expect(readCookie('sextant=planted; __Host-sextant=x', cookie)).toBe('x');
    expect(readCookie('sextant=planted', cookie)).toBeUndefined();
  });

  it('binds a token to the browser’s key for good: another browser has nothing, the same one comes again', async () => {
    const { browser, token } = await visit();
    const stranger = new TestBrowser(verifier);
    expect(await stranger.signIn(token)).toMatchObject({ status: 401, body: { code: 'proof_required' } });
    expect((await browser.signIn(token, { claims: { ath: undefined } })).status).toBe(201);
    expect((await read(browser)).status).toBe(200);
  });

  it('refuses a token that is bound to a key of somewhere else', async () => {
    const { token } = await mint({ key: makePossession().jkt });
    const answer = await new TestBrowser(verifier).signIn(token);
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'proof_required', errors: [{ path: 'body.token' }] },
    });
  });

  it('makes a session that only reads of a token that only reads', async () => {
    const { browser, answer } = await visit({});
    expect(answer.body).toMatchObject({ readsOnly: true });
    expect((await read(browser)).status).toBe(200);
    expect(await change(browser)).toMatchObject({ status: 401, body: { code: 'proof_required' } });
  });

  it('gives a session the scopes of its token and no other', async () => {
    const { browser } = await visit({ ...BINDABLE, scopes: ['parties:read'] });
    expect((await read(browser)).status).toBe(200);
    expect(await change(browser)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it.each([
    ['unknown', async () => `sxt_${'0'.repeat(26)}_${'A'.repeat(43)}`],
    ['no token at all', async () => 'let me in'],
    [
      'revoked',
      async () => {
        const { token, tokenId } = await mint();
        await verifier.call('POST', `/v1/tokens/${tokenId}/revocation`, { token: verifier.adminToken });
        return token;
      },
    ],
  ])('refuses one that is %s', async (_, made) => {
    const answer = await new TestBrowser(verifier).signIn(await made());
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('takes a proof, once', async () => {
    const { token } = await mint();
    const browser = new TestBrowser(verifier);
    expect(await browser.signIn(token, { headers: { dpop: '' } })).toMatchObject({
      body: { code: 'dpop_invalid' },
    });
    const request = { method: 'POST', url: `${verifier.url}/v1/page-sessions`, now: new Date() };
    const dpop = proofOf(browser.key, request);
    expect((await browser.signIn(token, { headers: { dpop } })).status).toBe(201);
    expect(await browser.signIn(token, { headers: { dpop } })).toMatchObject({
      body: { code: 'dpop_replayed' },
    });
  });

  it('keeps no cookie’s value in the store', async () => {
    const { browser } = await visit();
    const [, value = ''] = browser.cookie.split('=');
    const kept = await verifier.context.store.read((view) => view.all(rows, {}));
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain(value.split('.')[1]);
    expect(JSON.stringify(kept)).not.toContain(browser.sessionHash);
  });

  it('is in the log, and so is signing out, with the principal and nothing more of the person', async () => {
    const { browser, principalId, tokenId } = await visit();
    await browser.ask('DELETE', '/v1/page-sessions/current');
    const kept = await verifier.context.store.read((view) => view.all(acts, {}));
    const own = kept
      .filter(({ type, body }) => type.startsWith('page-session') && body.includes(principalId))
      .map(({ type, body }) => ({ type, body: JSON.parse(body) as unknown }));
    expect(own).toMatchObject([
      { type: 'page-session.opened', body: { principalId, method: 'token', tokenId, jkt: browser.key.jkt } },
      { type: 'page-session.ended', body: { principalId, reason: 'signed-out' } },
    ]);
  });
});

describe('a cookie', () => {
  const STOLEN: readonly (readonly [string, (browser: TestBrowser) => object])[] = [
    ['without a proof', () => ({ headers: { dpop: '' } })],
    ['with a proof by another key', () => ({ key: makePossession() })],
  ];
  it.each(STOLEN)('that was stolen reads and changes nothing %s', async (_, asking) => {
    const { browser } = await visit();
    for (const answer of [
      await read(browser, asking(browser)),
      await change(browser, asking(browser)),
      await current(browser, asking(browser)),
      await browser.ask('DELETE', '/v1/page-sessions/current', asking(browser)),
    ]) {
      expect(answer.status).toBe(401);
      expect(['proof_required', 'dpop_invalid']).toContain(answer.body['code']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP /);
    }
    const { body } = await read(browser);
    expect(body['items']).toEqual([]);
  });

  it.each([
    ['names no cookie', { ath: undefined }],
    ['names another cookie', { ath: 'A'.repeat(43) }],
    ['is for another method', { htm: 'PUT' }],
    ['is for another path', { htu: 'http://127.0.0.1/v1/devices' }],
    ['is of yesterday', { iat: Date.now() / 1000 - 86_400 }],
  ])('is refused with a proof that %s', async (_, claims) => {
    const { browser } = await visit();
    for (const answer of [await read(browser, { claims }), await change(browser, { claims })])
      expect(answer).toMatchObject({ status: 401, body: { code: 'dpop_invalid' } });
  });

  it('spends a proof with what it changes', async () => {
    const { browser } = await visit();
    const request = { method: 'POST', url: `${verifier.url}/v1/parties`, now: new Date() };
    const dpop = proofOf(browser.key, request, { ath: browser.sessionHash });
    expect((await change(browser, { headers: { dpop } })).status).toBe(201);
    expect(await change(browser, { headers: { dpop } })).toMatchObject({ body: { code: 'dpop_replayed' } });
  });

  it('changes something once under one Idempotency-Key, and takes one', async () => {
    const { browser } = await visit();
    const headers = { 'idempotency-key': randomUUID() };
    const first = await change(browser, { headers });
    expect((await change(browser, { headers })).body).toEqual(first.body);
    const without = await change(browser, { headers: { 'idempotency-key': '' } });
    expect(without.body['code']).toBe('idempotency_key_required');
  });

  it('and an Authorization header are one too many', async () => {
    const { browser } = await visit();
    const { token } = await mint({});
    const answer = await read(browser, { headers: { authorization: `Bearer ${token}` } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('of which there are two is refused: one of them was planted', async () => {
    const { browser } = await visit();
    const other = await visit();
    const cookie = `${browser.cookie}; ${other.browser.cookie}`;
    expect(await read(browser, { headers: { cookie } })).toMatchObject({ body: { code: 'unauthenticated' } });
  });

  it.each([
    // In a letter whose six bits all count.
    ['altered', (value: string) => value.slice(0, -2) + (value.at(-2) === 'A' ? 'B' : 'A') + value.slice(-1)],
    ['of another form', () => 'x'],
    ['empty', () => ''],
  ])('that is %s is nobody’s', async (_, change_) => {
    const { browser } = await visit();
    const [name = '', value = ''] = browser.cookie.split('=');
    const headers = { cookie: `${name}=${change_(value)}` };
    expect(await read(browser, { headers })).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it('opens nothing that takes a host’s key or a token to be bound', async () => {
    const { browser } = await visit();
    const wrong: string[] = [];
    for (const { method, path, operationId, authorise } of verifier.routes) {
      if (!['host', 'enrolment', 'binder'].includes(authorise.scheme)) continue;
      const { status } = await browser.ask(method, path.replaceAll(/\{\w+\}/g, 'x'));
      if (status !== 401) wrong.push(`${operationId}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('another site', () => {
  const ELSEWHERE: readonly (readonly [string, Record<string, string>])[] = [
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['an origin that is not said', { origin: 'null', 'sec-fetch-site': '' }],
  ];
  it.each(ELSEWHERE)('is refused whatever carries the cookie: %s', async (_, headers) => {
    const { browser, token } = await visit();
    for (const answer of [
      await read(browser, { headers }),
      await change(browser, { headers }),
      await current(browser, { headers }),
      await browser.ask('DELETE', '/v1/page-sessions/current', { headers }),
      await browser.signIn(token, { headers, claims: { ath: undefined } }),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code: 'cross_site' } });
    expect((await read(browser)).body['items']).toEqual([]);
  });

  it('is refused where a change does not say where it comes from', async () => {
    const { browser } = await visit();
    const headers = { origin: '', 'sec-fetch-site': '' };
    expect(await change(browser, { headers })).toMatchObject({ body: { code: 'cross_site' } });
    expect((await read(browser, { headers })).status).toBe(200);
  });

  it('may ask nothing by CORS', async () => {
    const { browser } = await visit();
    const asked = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const answer = await verifier.call('OPTIONS', '/v1/parties', { headers: asked });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect((await read(browser)).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a session ends', () => {
  it('by signing out, and takes its cookie away', async () => {
    const { browser } = await visit();
    const answer = await browser.ask('DELETE', '/v1/page-sessions/current');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^sextant-\d+=; .*Max-Age=0$/);
    expect(await read(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('with the token behind it', async () => {
    const { browser, tokenId } = await visit();
    await verifier.call('POST', `/v1/tokens/${tokenId}/revocation`, { token: verifier.adminToken });
    expect(await read(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('with the principal', async () => {
    const { browser, principalId } = await visit();
    await verifier.call('POST', `/v1/principals/${principalId}/disabling`, { token: verifier.adminToken });
    expect(await read(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  const setRole = statement<{ id: string; role: string }, unknown>((db, hole) =>
    db
      .updateTable('principal')
      .set({ role: hole('role') })
      .where('id', '=', hole('id')),
  );
  it('when the person’s role changes', async () => {
    const { browser, principalId } = await visit();
    await verifier.context.store.write((tx) => tx.run(setRole, { id: principalId, role: 'authority' }));
    expect(await read(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('after half an hour of nothing, which neither a stolen cookie nor its thief’s proofs lengthen', async () => {
    const own = await startTestVerifier();
    const { browser } = await visit(BINDABLE, own);
    own.advance(20 * 60_000);
    expect((await read(browser)).status).toBe(200);
    await seen(own);
    own.advance(20 * 60_000);
    expect((await read(browser, { headers: { dpop: '' } })).status).toBe(401);
    expect((await read(browser, { key: makePossession() })).status).toBe(401);
    own.advance(11 * 60_000);
    expect(await read(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    await own.close();
  });

  it('after half a day, whatever is done; and is forgotten when somebody signs in later', async () => {
    const own = await startTestVerifier({ pageSessions: { lifeMs: 3_600_000, idleMs: 3_600_000 } });
    const { browser } = await visit(BINDABLE, own);
    own.advance(3_599_000);
    expect((await read(browser)).status).toBe(200);
    own.advance(1_001);
    expect(await read(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    await visit(BINDABLE, own);
    expect(await own.context.store.read((view) => view.all(rows, {}))).toHaveLength(1);
    await own.close();
  });

  it('no later than its token', async () => {
    const { browser, answer } = await visit({ ...BINDABLE, expiresInSeconds: 60 });
    const leftMs = Date.parse(String(answer.body['expiresAt'])) - verifier.context.clock().getTime();
    expect(leftMs).toBeLessThanOrEqual(60_000);
    expect((await read(browser)).status).toBe(200);
  });
});

/** Waits until it was kept that the only session was used just now. */
async function seen({ context }: TestVerifier): Promise<void> {
  const now = context.clock().getTime();
  for (;;) {
    const [row] = await context.store.read((view) => view.all(rows, {}));
    if (row !== undefined && now - row.seen_at_ms < 60_000) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
