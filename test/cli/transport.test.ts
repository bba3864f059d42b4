import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { request } from '../../src/cli/client/transport.ts';
import { unreached } from '../../src/cli/failure.ts';
import { serverPair } from '../http/secure.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers each request as the next of these says, and what it was asked. */
async function serve(...answers: readonly Answering[]) {
  const seen: IncomingMessage[] = [];
  const server = createServer((asked, response) => {
    answers[seen.length]?.(asked, response);
    seen.push(asked);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return { seen, address: { url: new URL(`http://127.0.0.1:${port}`), token: 'sxt_x' } };
}

const done: Answering = (_, response) => void response.writeHead(201).end('{"id":"made"}');
const broken: Answering = ({ socket }) => void socket.destroy();
const problem =
  (status: number, code: string, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    void response.writeHead(status, headers).end(JSON.stringify({ status, code, detail: code }));

const post = { method: 'POST', path: '/v1/things' } as const;

describe('a command whose answer is lost', () => {
  it.each<[string, Answering]>([
    ['the connection breaks', broken],
    ['the verifier is overloaded', problem(503, 'overloaded', { 'retry-after': '1' })],
    ['the first is still under way', problem(409, 'idempotency_in_flight')],
    ['it came too late', (_, response) => void response.writeHead(408, { connection: 'close' }).end()],
  ])('is asked again under the same Idempotency-Key where %s', async (_, first) => {
    const { seen, address } = await serve(first, done);
    expect(await request(address, post)).toEqual({ id: 'made' });
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it.each([
    [403, 'forbidden'],
    [409, 'conflict'],
    [422, 'idempotency_key_reused'],
  ])('is not asked again after %i %s', async (status, code) => {
    const { seen, address } = await serve(problem(status, code), done);
    await expect(request(address, post)).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(1);
  });

  it('says what is wrong with the certificate that answers, or that none does', async () => {
    const server = createSecureServer(serverPair()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const url = new URL(`https://localhost:${port}`);
    await expect(request({ url, token: null }, post)).rejects.toMatchObject({
      code: 'not_a_verifier',
      mend: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    const { address } = await serve();
    const plain = new URL(address.url.href.replace('http:', 'https:'));
    await expect(request({ url: plain, token: null }, post)).rejects.toMatchObject({
      mend: expect.stringContaining('http://'),
    });
    const altname = Object.assign(new Error('is not in the list'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(unreached('https://a', new TypeError('fetch failed', { cause: altname }), '').mend).toContain(
      '--public-url',
    );
  });

  it('is not waited for where nobody listens', async () => {
    const url = new URL('http://127.0.0.1:9');
    await expect(request({ url, token: null }, post)).rejects.toMatchObject({ code: 'not_a_verifier' });
  });
});
