import { hash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statement } from '../../src/store/statement.ts';
import { hold, makePossession, type Possession, proofOf } from './possession.ts';
import { type Answer, startTestVerifier, type TestVerifier } from './verifier.ts';

const keptActs = statement((db) => db.selectFrom('kept_act').select(['outcome', 'answer']));

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

/** Of whose token the test is. */
let key = makePossession();
beforeEach(() => {
  key = makePossession();
});

type Wish = { readonly [name: string]: unknown };

let tenants = 0;

/** The token of an exporter with a tenant of its own, minted as wished. */
async function mint(wish: Wish): Promise<Answer> {
  const { id } = await verifier.principal('exporter', `acme-${tenants++}`);
  const body = { principalId: id, label: 'test', ...wish };
  return verifier.call('POST', '/v1/tokens', { token: verifier.adminToken, body });
}
const tokenFrom = ({ body }: Answer): string => String(body['token']);

const PARTY = { legalName: 'Acme', country: 'DE' };
type Showing = {
  readonly key?: Possession;
  readonly claims?: Wish;
  readonly headers?: Record<string, string>;
};

/** Headers with a proof that is right but for what is said. */
function headersFor(
  token: string,
  method: string,
  path: string,
  showing: Showing = {},
): Record<string, string> {
  const request = { method, url: `${verifier.url}${path}`, now: verifier.context.clock() };
  const ath = hash('sha256', token, 'base64url');
  const dpop = proofOf(showing.key ?? key, request, { ath, ...showing.claims });
  return { authorization: `DPoP ${token}`, dpop, 'idempotency-key': randomUUID(), ...showing.headers };
}
const read = (headers: Record<string, string>) => verifier.call('GET', '/v1/parties', { headers });
const change = (headers: Record<string, string>) =>
  verifier.call('POST', '/v1/parties', { headers, body: PARTY });
const parties = async (token: string): Promise<number> => {
  const { body } = await read(headersFor(token, 'GET', '/v1/parties'));
  return (body['items'] as unknown[]).length; // the schema was checked
};

describe('a token that is bound to a key', () => {
  it('reads and changes with a proof', async () => {
    const token = tokenFrom(await mint({ key: key.jkt }));
    expect((await change(headersFor(token, 'POST', '/v1/parties'))).status).toBe(201);
    expect((await read(headersFor(token, 'GET', '/v1/parties'))).status).toBe(200);
  });

  it.each([
    ['as Bearer', (token: string) => ({ authorization: `Bearer ${token}` })],
    [
      'as Bearer, with a proof',
      (token: string) => ({
        ...headersFor(token, 'GET', '/v1/parties'),
        authorization: `Bearer ${token}`,
      }),
    ],
    ['as DPoP, without a proof', (token: string) => ({ authorization: `DPoP ${token}` })],
  ])('is refused everywhere %s', async (_, headers) => {
    const token = tokenFrom(await mint({ key: key.jkt }));
    for (const answer of [
      await read(headers(token)),
      await change({ ...headers(token), 'idempotency-key': randomUUID() }),
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'proof_required' } });
      expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP .*algs="ES256 EdDSA Ed25519"/);
    }
    expect(await parties(token)).toBe(0);
  });

  it.each<[string, Showing]>([
    ['another key', { key: makePossession() }],
    ['no token', { claims: { ath: undefined } }],
    ['another token', { claims: { ath: hash('sha256', 'sxt_other', 'base64url') } }],
    ['another method', { claims: { htm: 'GET' } }],
    ['another path', { claims: { htu: 'http://127.0.0.1/v1/other' } }],
    ['another time', { claims: { iat: 1 } }],
  ])('is refused with a proof of %s', async (_, showing) => {
    const token = tokenFrom(await mint({ key: key.jkt }));
    const answer = await change(headersFor(token, 'POST', '/v1/parties', showing));
    expect(answer).toMatchObject({ status: 401, body: { code: 'dpop_invalid' } });
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_dpop_proof"');
    expect(await parties(token)).toBe(0);
  });

  it('changes nothing with a proof that was used before; reading spends none', async () => {
    const token = tokenFrom(await mint({ key: key.jkt }));
    const headers = headersFor(token, 'POST', '/v1/parties');
    expect((await change(headers)).status).toBe(201);
    const again = await change({ ...headers, 'idempotency-key': randomUUID() });
    expect(again).toMatchObject({ status: 401, body: { code: 'dpop_replayed' } });
    expect(await change(headers)).toMatchObject({ status: 401, body: { code: 'dpop_replayed' } });
    expect(await parties(token)).toBe(1);
    const reading = headersFor(token, 'GET', '/v1/parties');
    expect([(await read(reading)).status, (await read(reading)).status]).toEqual([200, 200]);
  });

  it('may be minted with the key itself, and is bound to its thumbprint', async () => {
    const { body } = await mint({ key: key.jwk });
    expect(body).toMatchObject({ jkt: key.jkt, bindUntil: null });
  });

  it.each<[string, Wish]>([
    ['a private key', { key: { ...key.jwk, d: 'AA' } }],
    ['a curve that is not read', { key: { ...key.jwk, crv: 'P-384' } }],
    ['a coordinate that is not canonical', { key: { ...key.jwk, x: 'AAAA' } }],
    ['a thumbprint that is none', { key: `${key.jkt.slice(0, 42)}_` }],
    ['a key and time to bind one', { key: key.jkt, bindWithinSeconds: 600 }],
    ['too much time to bind it', { bindWithinSeconds: 8 * 86_400 }],
  ])('is not minted with %s', async (_, wish) => {
    expect(await mint(wish)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('a plain bearer token', () => {
  it('reads, and is told what it takes to change anything', async () => {
    const token = tokenFrom(await mint({}));
    const authorization = `Bearer ${token}`;
    expect((await read({ authorization })).status).toBe(200);
    const refused = await change({ authorization, 'idempotency-key': randomUUID() });
    expect(refused).toMatchObject({ status: 401, body: { code: 'proof_required' } });
    expect(refused.body['errors']).toMatchObject([{ mend: expect.stringContaining('sextant login') }]);
    expect(refused.headers.get('www-authenticate')).toMatch(/^DPoP /);
  });

  it('is no DPoP token, whatever key comes with it', async () => {
    const token = tokenFrom(await mint({ bindWithinSeconds: 600 }));
    const answer = await change(headersFor(token, 'POST', '/v1/parties'));
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});

describe('a token that may be bound', () => {
  const bind = (token: string, by = key) =>
    verifier.call('POST', '/v1/tokens/binding', {
      headers: headersFor(token, 'POST', '/v1/tokens/binding', { key: by }),
    });

  it('is bound once, to the key that its holder proves; the log names both', async () => {
    const minted = await mint({ bindWithinSeconds: 600 });
    const token = tokenFrom(minted);
    expect(minted.body).toMatchObject({ jkt: null, bindUntil: expect.any(String) });
    expect((await read({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect(await bind(token)).toMatchObject({ status: 200, body: { jkt: key.jkt, bindUntil: null } });
    expect((await read({ authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await change(headersFor(token, 'POST', '/v1/parties'))).status).toBe(201);
    expect((await bind(token)).status).toBe(200);
    const thief = await bind(token, makePossession());
    expect(thief).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await change(headersFor(token, 'POST', '/v1/parties'))).status).toBe(201);
  });

  it('is bound by one of two who try at once', async () => {
    const token = tokenFrom(await mint({ bindWithinSeconds: 600 }));
    const answers = await Promise.all([bind(token, makePossession()), bind(token, makePossession())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is bound by one proof once', async () => {
    const token = tokenFrom(await mint({ bindWithinSeconds: 600 }));
    const headers = headersFor(token, 'POST', '/v1/tokens/binding');
    const once = await verifier.call('POST', '/v1/tokens/binding', { headers });
    const again = await verifier.call('POST', '/v1/tokens/binding', { headers });
    expect([once.status, again.body['code']]).toEqual([200, 'dpop_replayed']);
  });

  it.each<[string, Wish, number]>([
    ['was minted to read alone', {}, 0],
    ['was not bound in time', { bindWithinSeconds: 60 }, 60_000],
  ])('is bound no more where it %s', async (_, wish, passedMs) => {
    const token = tokenFrom(await mint(wish));
    verifier.advance(passedMs);
    expect(await bind(token)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('is not bound once it was revoked, or without a proof', async () => {
    const minted = await mint({ bindWithinSeconds: 600 });
    const token = tokenFrom(minted);
    const bare = await verifier.call('POST', '/v1/tokens/binding', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(bare).toMatchObject({ status: 401, body: { code: 'dpop_invalid' } });
    const end = { token: verifier.adminToken };
    await verifier.call('POST', `/v1/tokens/${minted.body['id']}/revocation`, end);
    expect(await bind(token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});

describe('an Idempotency-Key', () => {
  it('is asked for by whatever changes something', async () => {
    const token = tokenFrom(await mint({ key: key.jkt }));
    const { 'idempotency-key': _, ...headers } = headersFor(token, 'POST', '/v1/parties');
    expect(await change(headers)).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } });
    expect(await parties(token)).toBe(0);
  });

  it('gets the same answer again, byte for byte, and another request under it 422', async () => {
    const token = hold(tokenFrom(await mint({ key: key.jkt })), key);
    const headers = { 'idempotency-key': randomUUID() };
    const ask = (body: object) => verifier.call('POST', '/v1/parties', { token, body, headers });
    const [first, again] = [await ask(PARTY), await ask(PARTY)];
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    const other = await ask({ ...PARTY, country: 'FR' });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await parties(token)).toBe(1);
  });

  it('gets a token again that no other answer holds and no row shows', async () => {
    const { id } = await verifier.principal('exporter', 'acme');
    const asked = {
      token: verifier.adminToken,
      body: { principalId: id, label: 'test' },
      headers: { 'idempotency-key': randomUUID() },
    };
    const first = await verifier.call('POST', '/v1/tokens', asked);
    const again = await verifier.call('POST', '/v1/tokens', asked);
    expect(tokenFrom(again)).toBe(tokenFrom(first));
    const list = await verifier.call('GET', '/v1/tokens?limit=500', { token: verifier.adminToken });
    const items = list.body['items'] as { principalId: string }[]; // the schema was checked
    expect(items.filter(({ principalId }) => principalId === id)).toHaveLength(2);
    const secret = tokenFrom(first).slice(-43);
    const rows = await verifier.context.store.read((view) => view.all(keptActs, {}));
    expect(rows.length).toBeGreaterThan(0);
    for (const { outcome, answer } of rows) {
      expect(Buffer.concat([outcome, answer ?? new Uint8Array()]).includes(secret)).toBe(false);
    }
  });

  it('of a request that was refused is good for another try', async () => {
    const token = hold(tokenFrom(await mint({ key: key.jkt })), key);
    const headers = { 'idempotency-key': randomUUID() };
    const refused = await verifier.call('POST', '/v1/parties', { token, body: { country: 'DE' }, headers });
    expect(refused.status).toBe(400);
    expect((await verifier.call('POST', '/v1/parties', { token, body: PARTY, headers })).status).toBe(201);
  });
});
