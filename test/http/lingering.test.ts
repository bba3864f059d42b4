import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatPem } from '../../src/bytes/pem.ts';
import type { RunningServer, ServerOptions } from '../../src/http/server.ts';
import { issueLeaf, issueRoot } from '../pki/issue.ts';
import { plain, subjectAltName } from '../pki/issue-extensions.ts';
import { exchangeRaw, serveRoutes } from './serve.ts';

const NEVER_MS = 600_000;
/** More than is read for the sake of the connection. */
const PIECE = Buffer.alloc(65 * 1024, 0x20);
const IN_CHUNKS = 'transfer-encoding: chunked';
const CHUNK = `400\r\n${' '.repeat(0x400)}\r\n`;
/** Of the event loop: the answer has come long before. */
const TURNS = 200;

async function serve(options: Partial<ServerOptions>): Promise<RunningServer> {
  const server = await serveRoutes([], options);
  onTestFinished(() => server.close(0));
  return server;
}

/** A connection that stays open on this side when the server says no more. */
function reach(server: RunningServer): Socket {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Begins a request that is answered before its body, by 404, and answers what is told of it until the server says no more. */
async function begin(socket: Socket, length: string): Promise<string> {
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  socket.write(`POST /nowhere HTTP/1.1\r\nhost: x\r\n${length}\r\n\r\n`);
  await once(socket, 'end');
  return answer;
}

/** Writes for a while without listening, as simple clients do, and then listens; answers what it hears. */
async function writeFirst(socket: Socket): Promise<string> {
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(`POST /nowhere HTTP/1.1\r\nhost: x\r\n${IN_CHUNKS}\r\n\r\n`);
  for (let turn = 0; turn < TURNS; turn++) {
    socket.write(CHUNK);
    await setImmediate();
  }
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  await closed;
  return answer;
}

describe('a client that is answered while it still sends', () => {
  it('hears the answer', async () => {
    const server = await serve({ limits: { lingerMs: NEVER_MS } });
    expect(await writeFirst(connect(server.port, '127.0.0.1'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('hears it under TLS too', async () => {
    const root = issueRoot();
    const leaf = issueLeaf(root, { extensions: { '2.5.29.17': plain(subjectAltName('dns:localhost')) } });
    const key = leaf.key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = await serve({
      limits: { lingerMs: NEVER_MS },
      tls: { key, cert: formatPem('CERTIFICATE', leaf.der) },
    });
    const to = {
      port: server.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: formatPem('CERTIFICATE', root.der),
    };
    expect(await writeFirst(connectTls(to))).toMatch(/^HTTP\/1\.1 404 /);
  });

  it.each([
    ['it has sent all', NEVER_MS, (socket: Socket) => void socket.write(PIECE)],
    ['it says no more either', NEVER_MS, (socket: Socket) => void socket.end()],
    ['its time is over', 50, () => {}],
  ])('is left once %s', async (_, lingerMs, act) => {
    const server = await serve({ limits: { lingerMs } });
    const socket = reach(server);
    expect(await begin(socket, `content-length: ${PIECE.length}`)).toContain('"code":"no_such_route"');
    const left = server.close(NEVER_MS);
    act(socket);
    await left;
  });

  it('gives way to another where there are as many connections as may be', async () => {
    const server = await serve({ limits: { lingerMs: NEVER_MS, maxConnections: 1 } });
    const socket = reach(server);
    expect(await begin(socket, IN_CHUNKS)).toContain('"code":"no_such_route"');
    expect(await exchangeRaw(server, 'GET /nowhere HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
  });
});
