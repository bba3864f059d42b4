import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapAdministrator } from '../../src/service/access/bootstrap.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

const list = (token?: string) => verifier.call('GET', '/v1/devices', token === undefined ? {} : { token });

describe('a bearer token', () => {
  it('names its principal until it is revoked, and not one request longer', async () => {
    const exporter = await verifier.principal('exporter', 'acme');
    expect((await list(exporter.token)).status).toBe(200);
    const revoked = await verifier.call('POST', `/v1/tokens/${exporter.tokenId}/revocation`, {
      token: verifier.adminToken,
    });
    expect(revoked.body['revokedAt']).not.toBeNull();
    expect(await list(exporter.token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('ends with its principal', async () => {
    const exporter = await verifier.principal('exporter', 'acme');
    const { status } = await verifier.call('POST', `/v1/principals/${exporter.id}/disabling`, {
      token: verifier.adminToken,
    });
    expect(status).toBe(200);
    expect((await list(exporter.token)).status).toBe(401);
    const minting = { token: verifier.adminToken, body: { principalId: exporter.id, label: 'again' } };
    expect(await verifier.call('POST', '/v1/tokens', minting)).toMatchObject({ body: { code: 'conflict' } });
  });

  it('expires', async () => {
    const short = await startTestVerifier();
    const { id } = await short.principal('exporter', 'acme');
    const minted = await short.call('POST', '/v1/tokens', {
      token: short.adminToken,
      body: { principalId: id, label: 'short', expiresInSeconds: 60 },
    });
    const token = String(minted.body['token']);
    expect((await short.call('GET', '/v1/devices', { token })).status).toBe(200);
    short.advance(60_001);
    expect((await short.call('GET', '/v1/devices', { token })).status).toBe(401);
    await short.close();
  });

  it('is nowhere in the store', async () => {
    const exporter = await verifier.principal('exporter', 'acme');
    const tokens = await verifier.call('GET', '/v1/tokens', { token: verifier.adminToken });
    const secret = exporter.token.split('_').slice(2).join('_'); // base64url has that letter too;
    expect(JSON.stringify(tokens.body)).not.toContain(secret);
    expect(tokens.body['items']).toContainEqual(expect.objectContaining({ id: exporter.tokenId }));
  });

  it('holds fewer scopes than its role if so minted, and never more', async () => {
    const reader = await verifier.principal('exporter', 'acme', ['devices:read']);
    expect((await list(reader.token)).status).toBe(200);
    const refused = await verifier.call('GET', '/v1/parties', { token: reader.token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    await expect(verifier.principal('exporter', 'acme', ['trust:approve'])).rejects.toThrow(
      /invalid_request/,
    );
  });

  it.each([
    ['none', undefined],
    ['a scheme of another kind', 'Basic dXNlcjpwYXNz'],
    ['no token', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer a b'],
    ['a token of another shape', 'Bearer sxt_short'],
    ['a well-formed token that was never minted', `Bearer sxt_${'0'.repeat(26)}_${'A'.repeat(43)}`],
    ['a very long token', `Bearer ${'a'.repeat(5000)}`],
  ])('is refused where the header holds %s', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await verifier.call('GET', '/v1/devices', { headers });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('is refused with one character of its secret changed, and answers do not tell from an unknown one', async () => {
    const { token } = await verifier.principal('exporter', 'acme');
    const last = token.at(-1) === 'A' ? 'B' : 'A';
    const wrong = await list(token.slice(0, -1) + last);
    const unknown = await list(`sxt_${'0'.repeat(26)}_${'A'.repeat(43)}`);
    expect(wrong.status).toBe(401);
    expect(wrong.body['detail']).toBe(unknown.body['detail']);
  });

  it('is refused when two Authorization headers are sent', async () => {
    const { token } = await verifier.principal('exporter', 'acme');
    const headers = new Headers([
      ['authorization', `Bearer ${token}`],
      ['authorization', `Bearer ${token}`],
    ]);
    expect((await fetch(`${verifier.url}/v1/devices`, { headers })).status).toBe(401);
  });

  it('shows when it was last used, to the hour', async () => {
    const { token, tokenId } = await verifier.principal('exporter', 'acme');
    await list(token);
    await expect
      .poll(async () => {
        const { body } = await verifier.call('GET', '/v1/tokens?limit=500', { token: verifier.adminToken });
        const items = body['items'] as { id: string; lastUsedAt: string | null }[]; // the schema was checked
        return items.find(({ id }) => id === tokenId)?.lastUsedAt;
      })
      .toMatch(/:00:00\.000Z$/);
  });
});

describe('an administrator', () => {
  it('is made once, for a store without principals', async () => {
    expect(await bootstrapAdministrator(verifier.context, () => 'none')).toBeNull();
  });

  it('cannot disable itself', async () => {
    const { body } = await verifier.call('GET', '/v1/principals', { token: verifier.adminToken });
    const [first] = body['items'] as { id: string }[]; // the schema was checked
    const answer = await verifier.call('POST', `/v1/principals/${first?.id}/disabling`, {
      token: verifier.adminToken,
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('leaves every grant of power in the log', async () => {
    const { leafIndex } = await verifier.context.store.write(async (tx) => ({
      leafIndex: await tx.record({
        type: 'mark',
        at: verifier.context.clock(),
        tenant: 'verifier',
        body: {},
        salt: verifier.context.random(32),
      }),
    }));
    await verifier.principal('authority', 'bis');
    const receiptOf = async (index: number) => {
      const { body } = await verifier.call('GET', `/v1/log/receipts/${index}`, {
        token: verifier.adminToken,
      });
      return (body['act'] as { type: string }).type; // the schema was checked
    };
    expect([await receiptOf(leafIndex + 1), await receiptOf(leafIndex + 2)]).toEqual([
      'principal.created',
      'token.minted',
    ]);
  });
});
