import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

type Key = { readonly kid: string; readonly state: string; readonly purpose?: string };
/** Without a purpose in a JWK set; of results in what is shown of all. The schema was checked. */
const keysOf = ({ body }: { readonly body: Record<string, unknown> }, purpose = 'ear'): Key[] =>
  (body['keys'] as Key[]).filter((key) => (key.purpose ?? purpose) === purpose);
const published = async (): Promise<string[]> =>
  keysOf(await verifier.call('GET', '/.well-known/jwks.json')).map(({ kid }) => kid);
const rotate = (body: object, token = verifier.adminToken) =>
  verifier.call('POST', '/v1/keys/ear/rotation', { token, body });
const HOUR = 3_600_000;

describe('the signing keys, over HTTP', () => {
  it('are shown with what each is good for, and never a private half', async () => {
    const { token } = await verifier.principal('auditor', 'bureau');
    const answer = await verifier.call('GET', '/v1/keys', { token });
    expect(
      keysOf(answer)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['next', 'signing']);
    expect(keysOf(answer).map(({ kid }) => kid)).toEqual(await published());
    expect(JSON.stringify(answer.body)).not.toMatch(/"d"|PRIVATE/);
  });

  it('of permits stand in a set of their own', async () => {
    const { token } = await verifier.principal('auditor', 'bureau');
    const permits = keysOf(await verifier.call('GET', '/.well-known/permit-keys.json')).map(({ kid }) => kid);
    const results = await published();
    expect(permits).toHaveLength(2);
    expect(permits.filter((kid) => results.includes(kid))).toEqual([]);
    const shown = keysOf(await verifier.call('GET', '/v1/keys', { token }), 'permit');
    expect(shown.map(({ kid }) => kid)).toEqual(permits);
  });

  it('may be kept by consumers for minutes: every other answer is not to be kept', async () => {
    const jwks = await verifier.call('GET', '/.well-known/jwks.json');
    expect(jwks.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('rotate with a reason, in the log, one rotation at a time', async () => {
    verifier.advance(HOUR);
    const answer = await rotate({ reason: 'as every month' });
    expect(answer).toMatchObject({
      status: 200,
      body: { receipt: { act: { type: 'signing-key.rotated', body: { reason: 'as every month' } } } },
    });
    expect(
      keysOf(answer)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['next', 'retired', 'signing']);
    await rotate({ reason: 'again' });
    expect(await rotate({ reason: 'and again' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await published()).toHaveLength(4);
  });

  it('are given up at once where they are compromised', async () => {
    const before = await published();
    const answer = await rotate({ reason: 'the disk was stolen', compromised: true });
    expect(answer.status).toBe(200);
    const after = await published();
    expect(after).toHaveLength(2);
    expect(before.filter((kid) => after.includes(kid))).toEqual([]);
  });

  it('that seal rotate too, and are published nowhere', async () => {
    const seals = (answer: Parameters<typeof keysOf>[0]) => keysOf(answer, 'seal').map(({ state }) => state);
    const sealed = { token: verifier.adminToken, body: { reason: 'as every year' } };
    expect(seals(await verifier.call('POST', '/v1/keys/seal/rotation', sealed))).toEqual([
      'retired',
      'signing',
    ]);
    const stolen = { token: verifier.adminToken, body: { reason: 'the disk was stolen', compromised: true } };
    const answer = await verifier.call('POST', '/v1/keys/seal/rotation', stolen);
    expect(seals(answer)).toEqual(['revoked', 'revoked', 'signing']);
    const kids = keysOf(answer, 'seal').map(({ kid }) => kid);
    for (const path of [
      'jwks',
      'permit-keys',
      'grant-keys',
      'status-list-keys',
      'report-keys',
      'disclosure-keys',
    ])
      for (const { kid } of keysOf(await verifier.call('GET', `/.well-known/${path}.json`)))
        expect(kids).not.toContain(kid);
  });

  it('rotate for the administrator alone, for a purpose that there is, and for a reason', async () => {
    const { token } = await verifier.principal('authority', 'bureau');
    expect((await rotate({ reason: 'x' }, token)).status).toBe(403);
    expect((await rotate({})).status).toBe(400);
    const unknown = { token: verifier.adminToken, body: { reason: 'x' } };
    expect((await verifier.call('POST', '/v1/keys/log/rotation', unknown)).status).toBe(400);
  });
});
