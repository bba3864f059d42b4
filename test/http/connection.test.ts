import { once } from 'node:events';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
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
  handle: async () => {
    await held();
    return ok('hello');
  },
});
let held = async (): Promise<void> => {};

async function serve(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await serveRoutes([hello], options);
  held = async () => {};
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

  it('whose request was sent in time is answered, though this process did not come to reading it', async () => {
    const headersTimeoutMs = 2_000;
    const server = await serve({ limits: { headersTimeoutMs, timeoutCheckMs: 50 } });
    const socket = await kept(server);
    // Its time has begun.
    await new Promise(setImmediate);
    const answer = ask(socket);
    pause(headersTimeoutMs + 300);
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 /);
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

  it('beyond the cap takes the place of the one that was idle longest', async () => {
    const server = await serve({ limits: { maxConnections: 2 } });
    const [oldest, newer] = [await kept(server), await kept(server)];
    await ask(oldest);
    await ask(newer);
    await ask(oldest); // by now the other one has been idle for longer
    const cut = once(newer, 'close');
    const third = await kept(server);
    await cut;
    expect(await ask(third)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(oldest)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('beyond the cap is closed unanswered where all others are being answered', async () => {
    const server = await serve({ limits: { maxConnections: 1 } });
    const first = await kept(server);
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    held = async () => {
      enter();
      await released;
    };
    const answer = ask(first);
    await entered;
    expect(await exchangeRaw(server, 'GET /hello HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
    release();
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('under TLS is known by its far end', async () => {
    const root = issueRoot();
    const leaf = issueLeaf(root, { extensions: { '2.5.29.17': plain(subjectAltName('dns:localhost')) } });
    const key = leaf.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const tls = { key, cert: formatPem('CERTIFICATE', leaf.der) };
    const server = await serve({ tls, limits: { maxConnections: 1 } });
    const ca = formatPem('CERTIFICATE', root.der);
    const open = async (): Promise<Socket> => {
      const socket = connectTls({ port: server.port, host: '127.0.0.1', servername: 'localhost', ca });
      await once(socket, 'secureConnect');
      return socket;
    };
    const first = await open();
    expect(await ask(first)).toMatch(/^HTTP\/1\.1 200 /);
    const cut = once(first, 'close');
    const second = await open();
    await cut;
    expect(await ask(second)).toMatch(/^HTTP\/1\.1 200 /);
    second.destroy();
  });
});

/** Keeps this process from whatever else it has to do. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A connection that stays. */
async function kept(server: RunningServer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket): Promise<string> {
  const answer = once(socket, 'data');
  socket.write('GET /hello HTTP/1.1\r\nhost: x\r\n\r\n');
  return String((await answer)[0]);
}
