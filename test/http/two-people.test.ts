import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../src/service/sign-in/open-session.ts';
import { principalById } from '../../src/store/registry/access.ts';
import { deletePageSession } from '../../src/store/sign-in/sessions.ts';
import { statement } from '../../src/store/statement.ts';
import { TestBrowser } from './browser.ts';
import { hold, keyOf, makePossession, type Possession, proofOf } from './possession.ts';
import { type Answer, startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let third: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  third = await verifier.principal('authority', 'bis');
});
afterAll(() => verifier.close());

const hire = () => verifier.principal('authority', 'bis');

const mint = (who: TestPrincipal, wish: object): Promise<Answer> => {
  const body = { principalId: who.id, label: 'test', ...wish };
  return verifier.call('POST', '/v1/tokens', { token: verifier.adminToken, body });
};
const revoke = (tokenId: unknown): Promise<Answer> =>
  verifier.call('POST', `/v1/tokens/${tokenId}/revocation`, { token: verifier.adminToken });

/** Another token of somebody, by this key. */
async function tokenBy(who: TestPrincipal, key: Possession): Promise<string> {
  const { status, body } = await mint(who, { key: key.jkt });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return hold(String(body['token']), key);
}

let sets = 0;
function setOf() {
  const content = { kind: 'tpm-pcrs', name: `set.${sets++}`, version: '1', publisher: 'Cloud' };
  return { ...content, bank: 'sha256', pcrs: { '0': ['00'.repeat(32)] }, sealed: false };
}
const propose = (token: string): Promise<Answer> =>
  verifier.call('POST', '/v1/trust-inputs', {
    token,
    body: { kind: 'reference-set', content: setOf() },
  });
const approve = (token: string, { body }: Answer): Promise<Answer> =>
  verifier.call('POST', `/v1/trust-inputs/${body['id']}/approval`, {
    token,
    body: { digest: body['digest'] },
  });
const SHARED = { status: 403, body: { code: 'proof_key_shared' } };
const TAKEN = { status: 409, body: { code: 'proof_key_taken' } };

describe('a key of one principal', () => {
  it('is bound to no token of another, and to as many of the same as there are', async () => {
    const [one, other] = [await hire(), await hire()];
    const { jkt } = keyOf(one.token);
    expect(await mint(other, { key: jkt })).toMatchObject(TAKEN);
    expect(await mint(one, { key: jkt })).toMatchObject({ status: 201 });
  });

  it('is another’s once no token of the first is good, and no sooner', async () => {
    const [one, other] = [await hire(), await hire()];
    const { jkt } = keyOf(one.token);
    const { body } = await mint(one, { key: jkt, expiresInSeconds: 3_600 });
    await revoke(one.tokenId);
    expect(await mint(other, { key: jkt })).toMatchObject(TAKEN);
    await revoke(body['id']);
    expect(await mint(other, { key: jkt })).toMatchObject({ status: 201 });
  });

  it('is another’s where the first was disabled', async () => {
    const [one, other] = [await hire(), await hire()];
    await verifier.call('POST', `/v1/principals/${one.id}/disabling`, { token: verifier.adminToken });
    expect(await mint(other, { key: keyOf(one.token).jkt })).toMatchObject({ status: 201 });
  });

  it('takes no token of another that may be bound: it stays as it was', async () => {
    const [one, other] = [await hire(), await hire()];
    const minted = await mint(other, { bindWithinSeconds: 600 });
    const token = String(minted.body['token']);
    const bind = (key: Possession): Promise<Answer> => {
      const [method, path] = ['POST', '/v1/tokens/binding'];
      const now = verifier.context.clock();
      const dpop = proofOf(key, { method, url: verifier.url + path, now }, { ath: hashOf(token) });
      return verifier.call(method, path, { headers: { authorization: `DPoP ${token}`, dpop } });
    };
    expect(await bind(keyOf(one.token))).toMatchObject(TAKEN);
    expect(await bind(makePossession())).toMatchObject({ status: 200 });
  });

  it('takes none in a browser either', async () => {
    const [one, other] = [await hire(), await hire()];
    const token = String((await mint(other, { bindWithinSeconds: 600 })).body['token']);
    const key = keyOf(one.token);
    expect(await new TestBrowser(verifier).signIn(token, { key })).toMatchObject(TAKEN);
    expect((await new TestBrowser(verifier).signIn(token)).status).toBe(201);
  });

  it('may be a certificate', async () => {
    const [one, other] = [await hire(), await hire()];
    const certificate = makePossession().jkt; // 32 octets, as a digest
    expect(await mint(one, { certificate })).toMatchObject({ status: 201 });
    expect(await mint(other, { certificate })).toMatchObject(TAKEN);
  });
});

describe('the second of two people', () => {
  it('is none by the key of the first, whatever became of that one’s token', async () => {
    const [one, other] = [await hire(), await hire()];
    const made = await propose(one.token);
    await revoke(one.tokenId);
    const again = await tokenBy(other, keyOf(one.token));
    expect(await approve(again, made)).toMatchObject(SHARED);
    expect(await approve(third.token, made)).toMatchObject({ status: 200, body: { selfApproved: false } });
  });

  it('is none by another key, where some key is or was both principals’', async () => {
    const [one, other] = [await hire(), await hire()];
    const made = await propose(one.token);
    const shared = makePossession();
    const certificate = makePossession().jkt;
    for (const wish of [{ key: shared.jkt }, { certificate }]) {
      const someone = await hire();
      const first = await mint(one, wish);
      await revoke(first.body['id']);
      expect(await mint(someone, wish)).toMatchObject({ status: 201 });
      expect(await approve(someone.token, made)).toMatchObject(SHARED);
    }
    expect(await approve(other.token, made)).toMatchObject({ status: 200 });
  });

  it('is none in the browser in which the first proposed, whose session is over', async () => {
    const [one, other] = [await hire(), await hire()];
    const browser = await browserOf(one);
    const proposed = await browser.ask('POST', '/v1/trust-inputs', {
      body: { kind: 'reference-set', content: setOf() },
    });
    expect(proposed.status).toBe(201);
    await browser.leave();
    const next = await browserOf(other, browser.key);
    const { id, digest } = proposed.body;
    const path = `/v1/trust-inputs/${id}/approval`;
    expect(await next.ask('POST', path, { body: { digest } })).toMatchObject(SHARED);
    expect(await approve(other.token, proposed)).toMatchObject(SHARED);
    expect(await approve(third.token, proposed)).toMatchObject({ status: 200 });
  });

  it('is none where the first proposed before keys were kept, as far as tokens tell', async () => {
    const [one, other] = [await hire(), await hire()];
    const made = await propose(one.token);
    const forget = statement((db) => db.updateTable('trust_input').set({ proposed_key: null }));
    await verifier.context.store.write((tx) => tx.run(forget, {}));
    await revoke(one.tokenId);
    expect(await approve(await tokenBy(other, keyOf(one.token)), made)).toMatchObject(SHARED);
  });

  it('is told what to do', async () => {
    const [one, other] = [await hire(), await hire()];
    const made = await propose(one.token);
    await revoke(one.tokenId);
    const { body } = await approve(await tokenBy(other, keyOf(one.token)), made);
    expect(body['errors']).toMatchObject([{ path: 'caller.key', actual: `jkt:${keyOf(one.token).jkt}` }]);
    expect(JSON.stringify(body['errors'])).toContain('"mend"');
  });
});

/** Whom an issuer has vouched for: a session of no token. */
async function browserOf(who: TestPrincipal, key = makePossession()) {
  const { context } = verifier;
  const opened = await context.store.write(async (tx) => {
    const principal = await tx.first(principalById, { id: who.id });
    if (principal === undefined) throw new Error('nobody');
    return openSession(context, tx, {
      ...{ jkt: key.jkt, principal, readsOnly: false, method: 'https://issuer.example' },
      ...{ scopes: 'trust:approve trust:propose-reference-set', tokenId: null, untilMs: null },
    });
  });
  const browser = new TestBrowser(verifier);
  browser.cookie = `sextant-${new URL(verifier.url).port}=${opened.value}`;
  browser.sessionHash = hashOf(opened.value);
  const ask: TestBrowser['ask'] = (method, path, asking = {}) =>
    browser.ask(method, path, { key, ...asking });
  const leave = () => context.store.write((tx) => tx.run(deletePageSession, { id: opened.row.id }));
  return { key, ask, leave };
}

function hashOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
