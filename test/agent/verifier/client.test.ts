import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { hostKeyFrom } from '../../../src/agent/host-key.ts';
import { verifierAddress } from '../../../src/agent/verifier/address.ts';
import { type Client, verifierClient } from '../../../src/agent/verifier/client.ts';
import { Refusal, retryAfterMs } from '../../../src/agent/verifier/refusal.ts';
import { json, localServer } from '../fixtures.ts';

const ec = hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const ed = hostKeyFrom(generateKeyPairSync('ed25519').privateKey);
const clock = (): Date => new Date('2026-06-01T00:00:00Z');
const client = (address: URL, deadlineMs = 60_000): Client =>
  verifierClient({ address, hostKey: ec, clock, deadlineMs });

async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.catch((cause: unknown) => cause);
  if (error instanceof Refusal) return error;
  throw error;
}

describe('the client of a verifier', () => {
  it.each([ec, ed])('proves possession of its $algorithm key for each request anew', async (hostKey) => {
    const { address, received } = await localServer((response) => json(response, 200, { fine: true }));
    const speaking = verifierClient({ address, hostKey, clock });
    const call = {
      path: '/v1/sessions',
      body: { mediaType: 'text/plain', content: 'hello' },
      bearer: 'sxe_x',
    };
    expect(await speaking.post(call)).toEqual({ fine: true });
    await speaking.post(call);
    const identifiers = new Set<unknown>();
    for (const { request, body } of received) {
      const proof = String(request.headers['dpop']);
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        currentDate: clock(),
      });
      expect(payload).toMatchObject({ htm: 'POST', htu: `${address.origin}/v1/sessions`, iat: 1780272000 });
      expect(protectedHeader.jwk).not.toHaveProperty('d');
      expect(await calculateJwkThumbprint(protectedHeader.jwk ?? {})).toBe(hostKey.jkt);
      identifiers.add(payload.jti);
      expect(request.headers).toMatchObject({ authorization: 'Bearer sxe_x', 'content-type': 'text/plain' });
      expect(body.toString()).toBe('hello');
    }
    expect(identifiers.size).toBe(2);
  });

  it('speaks below the path of its address', async () => {
    const { address, received } = await localServer((response) => json(response, 200, {}));
    await client(new URL('/attest/', address)).post({ path: '/v1/sessions' });
    expect(received[0]?.request.url).toBe('/attest/v1/sessions');
  });

  it('follows no redirect', async () => {
    const elsewhere = await localServer((response) => json(response, 200, {}));
    const { address } = await localServer((response) =>
      json(response, 307, {}, { location: elsewhere.address.href }),
    );
    await expect(client(address).post({ path: '/v1/sessions' })).rejects.toMatchObject({
      code: 'redirect_refused',
    });
    expect(elsewhere.received).toEqual([]);
  });

  it('gives up at its deadline, while connecting and in the middle of an answer', async () => {
    const silent = await localServer(() => {});
    await expect(client(silent.address, 100).post({ path: '/' })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    const stuck = await localServer((response) => {
      response.writeHead(200);
      response.write('{"a":');
    });
    await expect(client(stuck.address, 100).post({ path: '/' })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
  });

  it('stops when it is told to, with the reason that it was given', async () => {
    const { address } = await localServer(() => {});
    const controller = new AbortController();
    const call = client(address).post({ path: '/', signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });

  it('reads no answer beyond its cap', async () => {
    let sent = 0;
    const { address } = await localServer((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && sent < 64 << 20) {
          sent += 65536;
          if (!response.write(Buffer.alloc(65536, 0x20))) break;
        }
      };
      response.on('drain', more);
      more();
    });
    await expect(client(address).post({ path: '/' })).rejects.toMatchObject({ code: 'answer_too_large' });
    expect(sent).toBeLessThan(32 << 20);
  });

  it('says that nobody answers, and that it can be waited for', async () => {
    const { address } = await localServer((response) => response.destroy());
    await expect(client(address).post({ path: '/' })).rejects.toMatchObject({
      code: 'verifier_unreachable',
    });
  });

  it.each(['<html>login</html>', '{"a":1,"a":2}', ''])('does not take %j for an answer', async (text) => {
    const { address } = await localServer((response) => response.end(text));
    await expect(client(address).post({ path: '/' })).rejects.toMatchObject({ code: 'answer_malformed' });
  });

  it('understands problems, and says what to do', async () => {
    const { address } = await localServer((response) =>
      json(
        response,
        403,
        {
          type: 'urn:sextant:problem:host_suspended',
          code: 'host_suspended',
          detail: 'held for review',
          requestId: 'req_1',
          errors: [{ path: 'host', expected: 'active', actual: 'suspended' }],
        },
        { 'content-type': 'application/problem+json' },
      ),
    );
    const error = await refusal(client(address).post({ path: '/' }));
    expect(error).toMatchObject({
      code: 'host_suspended',
      status: 403,
      requestId: 'req_1',
      transient: false,
    });
    expect(error.message).toContain('suspended');
    expect(error.mend).toContain('authority');
  });

  it.each([
    [429, { 'retry-after': '7' }, 7000],
    [503, { 'retry-after': 'Mon, 01 Jun 2026 00:01:00 GMT' }, 60_000],
    [502, {}, null],
  ] as const)('takes %i for a reason to wait', async (status, headers, expected) => {
    const { address } = await localServer((response) => {
      response.writeHead(status, headers);
      response.end('busy');
    });
    const error = await refusal(client(address).post({ path: '/' }));
    expect(error).toMatchObject({ code: `http_${status}`, retryAfterMs: expected, transient: true });
  });

  it.each([
    ['-1', null],
    ['soon', null],
    ['999999999', 86_400_000],
    ['Mon, 01 Jun 2020 00:00:00 GMT', 0],
  ])('reads Retry-After: %s as %s ms', (header, expected) => {
    expect(retryAfterMs(header, clock())).toBe(expected);
  });
});

describe('the address of a verifier', () => {
  it.each(['https://verifier.example', 'http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:8080/x'])(
    'may be %s',
    (text) => {
      expect(verifierAddress(text).href).toContain(text);
    },
  );

  it.each([
    'http://verifier.example',
    'http://127.0.0.1.example.org',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'verifier.example',
    'https://user:secret@verifier.example',
    'https://verifier.example/?a=1',
    'https://verifier.example/#a',
  ])('may not be %s', (text) => {
    expect(() => verifierAddress(text)).toThrowError(expect.objectContaining({ code: 'address_refused' }));
  });

  it('may be plaintext elsewhere only when that was said', () => {
    expect(verifierAddress('http://10.0.0.1', true).href).toBe('http://10.0.0.1/');
  });
});
