import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issuerSettings } from '../../src/service/sign-in/issuer-settings.ts';
import { mapClaims } from '../../src/service/sign-in/map-claims.ts';
import { statement } from '../../src/store/statement.ts';
import { TestBrowser } from './browser.ts';
import { TestIssuer } from './issuer.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

const issuer = new TestIssuer();
let verifier: TestVerifier;
beforeAll(async () => {
  await issuer.start();
  verifier = await startTestVerifier({ issuer: settings(issuer.url) });
});
afterAll(async () => {
  await verifier.close();
  await issuer.close();
});
beforeEach(() => {
  issuer.bent = {};
  issuer.person = { sub: 'ada@people.example', groups: ['everybody', 'licensing'], org: 'bureau' };
});

function settings(url: string) {
  return issuerSettings.parse({
    name: 'The bureau',
    issuer: url,
    clientId: 'sextant',
    rules: [
      { claims: { groups: 'licensing', org: 'bureau' }, role: 'authority', tenant: 'bureau' },
      { claims: { groups: 'exporters' }, role: 'exporter', tenant: 'chips' },
      { claims: { org: 'acme' }, role: 'operator', tenant: 'acme' },
    ],
  });
}

/** A browser on its way: it has been to the issuer, and where that sends it back to. */
async function atIssuer(returnTo = '/hosts?state=stale', browser = new TestBrowser(verifier)) {
  const begun = await browser.ask('POST', '/v1/page-sessions/oidc', { body: { returnTo } });
  expect(begun.status).toBe(200);
  const flow = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const sent = await fetch(String(begun.body['authorizationUrl']), { redirect: 'manual' });
  const back = new URL(sent.headers.get('location') ?? '');
  return { browser, begun, flow, back: `${back.pathname}${back.search}` };
}

/** Comes back as browsers do: a navigation from another site, with what cookies it has, and no proof. */
async function comeBack(back: string, cookie: string) {
  const response = await fetch(verifier.url + back, {
    redirect: 'manual',
    headers: {
      accept: 'text/html,*/*;q=0.8',
      'sec-fetch-site': 'cross-site',
      ...(cookie === '' ? {} : { cookie }),
    },
  });
  await response.body?.cancel();
  const set = response.headers.get('set-cookie');
  return { status: response.status, location: response.headers.get('location'), set };
}

const refusedWith = (code: string) => ({ status: 303, location: `/sign-in?error=${code}`, set: null });

async function signedIn(browser = new TestBrowser(verifier)) {
  const { flow, back } = await atIssuer('/', browser);
  const { set, location } = await comeBack(back, flow);
  expect(location).toBe('/');
  browser.cookie = (set ?? '').split(';')[0] ?? '';
  const current = await browser.ask('GET', '/v1/page-sessions/current');
  browser.sessionHash = String(current.body['sessionHash']);
  return { browser, current };
}

describe('signing in at an issuer', () => {
  it('is offered by its name, and brings people where they wanted to be, as who the rules say', async () => {
    const { body } = await verifier.call('GET', '/v1/sign-in');
    expect(body['methods']).toEqual([{ kind: 'oidc', name: 'The bureau' }, { kind: 'token' }]);
    const { browser, begun, flow, back } = await atIssuer();
    expect(begun.headers.get('set-cookie')).toMatch(
      /^sextant-flow-\d+=\S+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    const { status, location, set } = await comeBack(back, flow);
    expect([status, location]).toEqual([303, '/hosts?state=stale']);
    expect(set).toMatch(/; HttpOnly; SameSite=Strict$/);
    browser.cookie = (set ?? '').split(';')[0] ?? '';
    const current = await browser.ask('GET', '/v1/page-sessions/current');
    expect(current.body).toMatchObject({ role: 'authority', tenant: 'bureau', readsOnly: false });
    browser.sessionHash = String(current.body['sessionHash']);
    expect((await browser.ask('GET', '/v1/licences')).status).toBe(200);
    const changed = await browser.ask('POST', '/v1/screening-lists', {
      body: { version: '1', reason: 'new' },
    });
    expect([200, 201]).toContain(changed.status);
  });

  it('binds the session to the key that began it: the cookie is nothing to another', async () => {
    const { browser } = await signedIn();
    const thief = new TestBrowser(verifier);
    [thief.cookie, thief.sessionHash] = [browser.cookie, browser.sessionHash];
    expect(await thief.ask('GET', '/v1/licences')).toMatchObject({
      status: 401,
      body: { code: 'dpop_invalid' },
    });
  });

  it('knows people again, by a principal that tells nobody who they are', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    expect(one.current.body['principal']).toEqual(other.current.body['principal']);
    expect(JSON.stringify(one.current.body)).not.toContain('ada@people.example');
    const leaves = statement((db) => db.selectFrom('log_leaf').select('body'));
    const bodies = await verifier.context.store.read((view) => view.all(leaves, {}));
    expect(JSON.stringify(bodies)).not.toContain('ada@people.example');
  });

  it('moves people whose claims have changed, keeps who they are, and ends what they had', async () => {
    issuer.person = { sub: 'bob', groups: ['exporters'] };
    const before = await signedIn();
    expect(before.current.body).toMatchObject({ role: 'exporter', tenant: 'chips' });
    issuer.person = { sub: 'bob', org: 'acme' };
    const after = await signedIn();
    expect(after.current.body).toMatchObject({
      role: 'operator',
      tenant: 'acme',
      principal: before.current.body['principal'],
    });
    expect((await before.browser.ask('GET', '/v1/parties')).status).toBe(401);
    expect((await after.browser.ask('GET', '/v1/hosts')).status).toBe(200);
  });

  it('lets nobody in whom an administrator has disabled', async () => {
    issuer.person = { sub: 'eve', org: 'acme' };
    const { current } = await signedIn();
    const { id } = current.body['principal'] as { id: string }; // the schema was checked
    await verifier.call('POST', `/v1/principals/${id}/disabling`, { token: verifier.adminToken });
    const { flow, back } = await atIssuer();
    expect(await comeBack(back, flow)).toEqual(refusedWith('sign_in_disabled'));
  });

  it.each([
    ['no rule names', { sub: 'x', groups: ['everybody'] }, 'sign_in_no_role'],
    ['a rule names in part', { sub: 'x', groups: ['licensing'], org: 'other' }, 'sign_in_no_role'],
    ['two rules name differently', { sub: 'x', groups: ['exporters'], org: 'acme' }, 'sign_in_ambiguous'],
  ])('turns away whom %s', async (_, person, code) => {
    issuer.person = person;
    const { flow, back } = await atIssuer();
    expect(await comeBack(back, flow)).toEqual(refusedWith(code));
  });
});

describe('an attack on signing in', () => {
  it.each([
    ['for another audience', { claims: { aud: 'another' } }],
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['with another nonce', { claims: { nonce: 'A'.repeat(43) } }],
    ['that has expired', { claims: { exp: Math.floor(Date.now() / 1000) - 3_600 } }],
    ['of the future', { claims: { nbf: Math.floor(Date.now() / 1000) + 3_600 } }],
    ['by a key that it does not publish', { otherKey: true }],
  ])('by an ID token %s fails', async (_, bent) => {
    issuer.bent = bent;
    const { flow, back } = await atIssuer();
    expect(await comeBack(back, flow)).toEqual(refusedWith('sign_in_failed'));
  });

  it.each([
    ['another issuer’s answer', 'https://evil.example'],
    ['an answer that names no issuer', null],
  ])('by mixing issuers up fails before the code is sent: %s', async (_, iss) => {
    issuer.bent = { iss };
    const { flow, back } = await atIssuer();
    const before = issuer.exchanges;
    expect(await comeBack(back, flow)).toEqual(refusedWith('sign_in_failed'));
    expect(issuer.exchanges).toBe(before);
  });

  it('by a victim’s way with the attacker’s code, or the attacker’s whole answer, fails (login CSRF)', async () => {
    const [victim, attacker] = [await atIssuer(), await atIssuer()];
    const code = new URL(attacker.back, 'http://x').searchParams.get('code') ?? '';
    const own = new URL(victim.back, 'http://x');
    expect(await comeBack(attacker.back, victim.flow)).toEqual(refusedWith('sign_in_failed'));
    const other = await atIssuer();
    const injected = new URL(other.back, 'http://x');
    injected.searchParams.set('code', code);
    expect(own.searchParams.get('state')).not.toBe(injected.searchParams.get('state'));
    expect(await comeBack(`${injected.pathname}${injected.search}`, other.flow)).toEqual(
      refusedWith('sign_in_failed'),
    );
    expect(await comeBack(attacker.back, '')).toEqual(refusedWith('sign_in_expired'));
  });

  it('by coming back twice, or too late, fails', async () => {
    const { flow, back } = await atIssuer();
    expect((await comeBack(back, flow)).location).toBe('/hosts?state=stale');
    expect(await comeBack(back, flow)).toEqual(refusedWith('sign_in_expired'));
    const late = await atIssuer();
    verifier.advance(600_000);
    expect(await comeBack(late.back, late.flow)).toEqual(refusedWith('sign_in_expired'));
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/..//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'hosts',
    '/v1/page-sessions/current',
  ])('by a way back to %s is refused at the beginning', async (returnTo) => {
    const browser = new TestBrowser(verifier);
    const answer = await browser.ask('POST', '/v1/page-sessions/oidc', { body: { returnTo } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('from another site does not begin', async () => {
    const browser = new TestBrowser(verifier);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const answer = await browser.ask('POST', '/v1/page-sessions/oidc', { body: { returnTo: '/' }, headers });
    expect(answer).toMatchObject({ status: 403, body: { code: 'cross_site' } });
  });

  it('is told apart from a person who said no', async () => {
    issuer.bent = { error: 'access_denied' };
    const { flow, back } = await atIssuer();
    expect(await comeBack(back, flow)).toEqual(refusedWith('sign_in_refused'));
  });
});

describe('an issuer that does not answer', () => {
  it('is named as such, and asked again the next time', async () => {
    const gone = new TestIssuer();
    await gone.start();
    await gone.close();
    const own = await startTestVerifier({ issuer: settings(gone.url) });
    const browser = new TestBrowser(own);
    const answer = await browser.ask('POST', '/v1/page-sessions/oidc', { body: { returnTo: '/' } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'issuer_unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('10');
    await own.close();
  });
});

describe('an issuer’s rules', () => {
  const rule = { claims: { groups: 'a' }, role: 'auditor', tenant: 't' };
  it.each([
    ['no rule', { rules: [] }],
    ['a rule without a claim', { rules: [{ ...rule, claims: {} }] }],
    ['an unknown role', { rules: [{ ...rule, role: 'root' }] }],
    ['a role for everybody', { rules: [{ role: 'auditor', tenant: 't' }] }],
    ['plain HTTP to another machine', { issuer: 'http://id.example' }],
    ['a word that it does not know', { defaultRole: 'auditor' }],
  ])('are refused with %s', (_, wrong) => {
    const right = { name: 'n', issuer: 'https://id.example', clientId: 'c', rules: [rule] };
    expect(issuerSettings.safeParse(right).success).toBe(true);
    expect(issuerSettings.safeParse({ ...right, ...wrong }).success).toBe(false);
  });

  it('ask for each claim exactly, and take none from where objects come from', () => {
    const rules = [{ claims: { constructor: 'x' }, role: 'auditor' as const, tenant: 't' }];
    expect(mapClaims({ rules }, {})).toEqual({ refused: 'sign_in_no_role' });
    expect(mapClaims({ rules }, { constructor: ['y', 'x'] })).toEqual({ role: 'auditor', tenant: 't' });
    expect(mapClaims({ rules }, { constructor: 'xx' })).toEqual({ refused: 'sign_in_no_role' });
  });
});
