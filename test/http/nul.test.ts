import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

describe('U+0000, which one database would keep and another refuse', () => {
  it('is refused in whatever is sent, and the refusal says where', async () => {
    const answer = await verifier.call('POST', '/v1/principals', {
      token: verifier.adminToken,
      body: { name: 'a\u0000b', role: 'auditor', tenant: 'acme' },
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('body.name');
  });

  it('in an address is nothing that the store is asked for', async () => {
    const withParams = verifier.routes.filter(({ path }) => path.includes('{'));
    expect(withParams.length).toBeGreaterThan(20);
    for (const { method, path } of withParams) {
      const { status } = await verifier.call(method, path.replaceAll(/\{[^}]+\}/g, '%00'), {
        token: verifier.adminToken,
        ...(method === 'GET' ? {} : { body: {} }),
      });
      expect([method, path, Math.floor(status / 100)]).toEqual([method, path, 4]);
    }
  });
});
