import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { keepTls, readTls, type TlsPaths } from '../../src/cli/serve/tls.ts';
import { ok } from '../../src/http/reply.ts';
import { route } from '../../src/http/route.ts';
import type { RunningServer } from '../../src/http/server.ts';
import type { TlsMaterial } from '../../src/http/tls/material.ts';
import { certificatePem, type Pair, secureCall, serverPair } from '../http/secure.ts';
import { serveRoutes } from '../http/serve.ts';
import { issueRoot } from '../pki/issue.ts';
import { sextant } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sextant-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

const paths: TlsPaths = {
  tlsCert: join(folder, 'cert.pem'),
  tlsKey: join(folder, 'key.pem'),
  tlsClientCa: undefined,
  tlsClientCrl: [],
};
function write({ cert, key }: Pair): void {
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
}
beforeEach(() => write(serverPair()));

const hello = route({
  method: 'GET',
  path: '/hello',
  operationId: 'hello',
  summary: 'Hello',
  tag: 'Test',
  authorise: { scheme: 'public' },
  responses: { 200: { description: 'Hello.' } },
  handle: async () => ok({ hello: true }),
});

/** In the place of the process: other things in this one listen to its signals. */
const signals = new EventEmitter();

type Kept = { readonly server: RunningServer; readonly told: EventEmitter; readonly tells: string[] };

/** A server with the files' TLS, and what is logged of it. */
async function serve(everyMs: number): Promise<Kept> {
  const server = await serveRoutes([hello], { tls: readTls(paths) });
  const told = new EventEmitter();
  const tells: string[] = [];
  const tell = (...words: readonly unknown[]): void => {
    tells.push(String(words.at(-1)));
    told.emit('told');
  };
  const log = { info: tell, error: tell } as unknown as Logger; // all that is called of it
  const end = keepTls(paths, { renew: server.renewTls, log }, { everyMs, signals });
  onTestFinished(async () => {
    end();
    await server.close(0);
  });
  return { server, told, tells };
}

const serialOf = async ({ url }: RunningServer, agent?: Agent): Promise<string> =>
  (await secureCall(`${url}/hello`, agent === undefined ? {} : { agent })).serial;

describe('certificates of a running server', () => {
  it('are taken up when the files change, and no request fails meanwhile', async () => {
    const { server, told } = await serve(20);
    const before = await serialOf(server);
    const seen = new Set<string>();
    let isDone = false;
    const asking = (async () => {
      while (!isDone) seen.add(await serialOf(server));
    })();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await serialOf(server, agent);
    for (let turn = 0; turn < 3; turn++) {
      write(serverPair());
      await once(told, 'told');
    }
    isDone = true;
    await asking;
    expect(seen).toContain(before);
    expect(await serialOf(server)).not.toBe(before);
    // A connection that stands goes on.
    expect(await secureCall(`${server.url}/hello`, { agent })).toMatchObject({ status: 200, reused: true });
    agent.destroy();
  });

  it('are taken up at SIGHUP', async () => {
    const { server, tells } = await serve(600_000);
    const before = await serialOf(server);
    signals.emit('SIGHUP');
    expect(tells).toEqual([]);
    write(serverPair());
    expect(await serialOf(server)).toBe(before);
    signals.emit('SIGHUP');
    expect(tells).toEqual(['tls.renewed']);
    expect(await serialOf(server)).not.toBe(before);
  });

  it.each([
    ['the key is not the certificate’s', () => write({ ...serverPair(), key: serverPair().key })],
    ['one is cut short', () => write({ ...serverPair(), cert: serverPair().cert.slice(0, 200) })],
    ['one is empty', () => write({ ...serverPair(), cert: '' })],
    ['one is gone', () => rmSync(join(folder, 'key.pem'))],
  ])('stay where %s, which is told once, until the files are of use', async (_, spoil) => {
    const { server, tells } = await serve(600_000);
    const before = await serialOf(server);
    spoil();
    signals.emit('SIGHUP');
    signals.emit('SIGHUP');
    expect(tells).toEqual(['tls.kept: the new files are of no use']);
    expect(await serialOf(server)).toBe(before);
    write(serverPair());
    signals.emit('SIGHUP');
    expect(await serialOf(server)).not.toBe(before);
  });
});

describe('asking for client certificates', () => {
  const clientCa = certificatePem(issueRoot());

  it('neither begins nor ends while a server listens', async () => {
    const material: TlsMaterial = serverPair();
    const without = await serveRoutes([hello], { tls: material });
    expect(() => without.renewTls({ ...material, clientCa })).toThrow(TypeError);
    const asking = await serveRoutes([hello], { tls: { ...material, clientCa } });
    expect(() => asking.renewTls(material)).toThrow(TypeError);
    const plain = await serveRoutes([hello]);
    expect(() => plain.renewTls(material)).toThrow(TypeError);
    for (const server of [without, asking, plain]) await server.close(0);
  });

  it.each(['', 'no PEM', `${clientCa.slice(0, 100)}\n-----END CERTIFICATE-----\n`])(
    'takes CA certificates, or is refused: nothing is read as any CA there is (%#)',
    async (content) => {
      writeFileSync(join(folder, 'ca.pem'), content);
      const spoilt = { ...paths, tlsClientCa: join(folder, 'ca.pem') };
      expect(() => readTls(spoilt)).toThrow(expect.objectContaining({ code: 'bad_setting' }));
      const tls = { ...serverPair(), clientCa: content };
      await expect(serveRoutes([hello], { tls })).rejects.toThrow();
      const server = await serveRoutes([hello], { tls: { ...tls, clientCa } });
      expect(() => server.renewTls(tls)).toThrow();
      await server.close(0);
    },
  );

  it('takes TLS of its own', async () => {
    const { status, stderr } = await sextant(
      'serve',
      '--tls-client-ca',
      join(folder, 'cert.pem'),
      '--data',
      folder,
    );
    expect({ status, says: stderr.includes('ends TLS itself') }).toEqual({ status: 2, says: true });
  });
});
