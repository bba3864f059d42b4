import { get } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatPem } from '../../src/bytes/pem.ts';
import { ok } from '../../src/http/reply.ts';
import { route } from '../../src/http/route.ts';
import type { RunningServer, ServerOptions } from '../../src/http/server.ts';
import { issueLeaf, issueRoot } from '../pki/issue.ts';
import { plain, subjectAltName } from '../pki/issue-extensions.ts';
import { exchangeRaw, serveRoutes } from './serve.ts';

const hello = route({
  method: 'GET',
  path: '/hello',
  operationId: 'hello',
  summary: 'Hello',
  tag: 'Test',
  authorise: { scheme: 'public' },
  responses: { 200: { description: 'Hello.' } },
  handle: async () => ok('hello'),
});

async function serve(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await serveRoutes([hello], options);
  onTestFinished(() => server.close(0));
  return server;
}

describe('TLS', () => {
  it('is spoken where a certificate is given, and browsers are told to keep to it', async () => {
    const root = issueRoot();
    const leaf = issueLeaf(root, { extensions: { '2.5.29.17': plain(subjectAltName('dns:localhost')) } });
    const key = leaf.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = await serve({ tls: { key, cert: formatPem('CERTIFICATE', leaf.der) } });
    expect(server.url).toMatch(/^https:/);
    const answer = await new Promise<{ status: number | undefined; hsts: string | undefined }>(
      (resolve, reject) => {
        const options = { ca: formatPem('CERTIFICATE', root.der), servername: 'localhost', agent: false };
        get(`${server.url}/hello`, options, (response) => {
          response.resume();
          resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'] });
        }).on('error', reject);
      },
    );
    expect(answer).toEqual({ status: 200, hsts: 'max-age=31536000' });
    expect(await exchangeRaw(server, 'GET /hello HTTP/1.1\r\nhost: x\r\n\r\n')).not.toContain('200');
  });
});

describe('a connection', () => {
  it('that trickles its headers is ended', async () => {
    const server = await serve({
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, timeoutCheckMs: 50 },
    });
    expect(await exchangeRaw(server, 'GET /hello HTTP/1.1\r\nhost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('with more headers than a request has is refused', async () => {
    const server = await serve();
    const answer = await exchangeRaw(
      server,
      `GET /hello HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ['two lengths', 'POST /hello HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /hello HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /hello HTTP/1.1\r\n\r\n'],
    ['a header that is folded', 'GET /hello HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\n\r\n'],
    ['garbage', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n'],
  ])('that could smuggle another request by %s is refused', async (_, bytes) => {
    expect(await exchangeRaw(await serve(), bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('beyond the cap is closed unanswered', async () => {
    const server = await serve({ limits: { maxConnections: 1 } });
    const first = await fetch(`${server.url}/hello`);
    expect(first.status).toBe(200);
    expect(await exchangeRaw(server, 'GET /hello HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
  });
});
