import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientListFamilies, keepClientLists, readClientLists } from '../../src/cli/serve/client-lists.ts';
import { listMemory, recallLists } from '../../src/cli/serve/list-memory.ts';
import { ok } from '../../src/http/reply.ts';
import { route } from '../../src/http/route.ts';
import type { RunningServer } from '../../src/http/server.ts';
import { certificatePem, serverPair } from '../http/secure.ts';
import { serveRoutes } from '../http/serve.ts';
import { type CrlOptions, issueCrl } from '../pki/crl-issue.ts';
import { issueRoot } from '../pki/issue.ts';
import { sextant } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sextant-lists-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3_600_000;
const ca = issueRoot({ subject: 'clients' });
const path = join(folder, 'clients.crl');
const ahead = (hours: number): Date => new Date(Date.now() + hours * HOUR);
function write(options: CrlOptions = {}): void {
  writeFileSync(path, issueCrl(ca, { thisUpdate: ahead(-2), nextUpdate: ahead(2), ...options }));
}

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

type Kept = { readonly server: RunningServer; readonly tells: [string, unknown][] };

async function serve(kept?: string): Promise<Kept> {
  const clientLists = readClientLists([path]);
  const tells: [string, unknown][] = [];
  const tell =
    (level: string) =>
    (...words: readonly unknown[]): void => {
      tells.push([`${level} ${words.at(-1)}`, words[0]]);
    };
  const log = { info: tell('info'), warn: tell('warn'), error: tell('error') } as unknown as Logger; // all that is called of it
  const own = { ...serverPair(), clientCa: certificatePem(ca), clientLists };
  const tls = kept === undefined ? own : { ...own, listMemory: listMemory(kept, log) };
  const server = await serveRoutes([hello], { tls });
  const end = keepClientLists([path], server, log, { everyMs: 600_000, signals });
  onTestFinished(async () => {
    end();
    await server.close(0);
  });
  return { server, tells };
}

const values = (server: RunningServer): Record<string, number> =>
  Object.fromEntries(
    clientListFamilies(server.clientLists()).flatMap(({ name, samples }) =>
      samples.map(({ labels, value }) => [`${name} ${labels?.['state'] ?? ''}`.trim(), value]),
    ),
  );

describe('revocation lists of client certificates', () => {
  it('are said to be in force, and until when', async () => {
    write();
    const { server, tells } = await serve();
    expect(tells.map(([words]) => words)).toEqual(['info tls.client-lists: in force']);
    expect(values(server)).toMatchObject({
      'sextant_tls_client_lists in-force': 1,
      'sextant_tls_client_lists faulty': 0,
      sextant_tls_client_cas_without_list: 0,
    });
    const end = values(server)['sextant_tls_client_lists_end_timestamp_seconds'] ?? 0;
    expect(end).toBeGreaterThan(Date.now() / 1000);
  });

  it.each<[string, () => void, string]>([
    ['is gone', () => rmSync(path), 'crl_unreadable'],
    ['is cut short', () => writeFileSync(path, 'no list'), 'crl_malformed'],
    ['has ended', () => write({ nextUpdate: ahead(-1) }), 'crl_expired'],
    ['is signed by another', () => write({ signer: issueRoot().key }), 'crl_signature_invalid'],
    [
      'is of another CA',
      () => writeFileSync(path, issueCrl(issueRoot({ subject: 'other' }))),
      'crl_issuer_unknown',
    ],
  ])('are refused where one %s, which is told once, until it is mended', async (_, spoil, fault) => {
    write();
    const { server, tells } = await serve();
    spoil();
    signals.emit('SIGHUP');
    signals.emit('SIGHUP');
    const refused = tells.filter(
      ([words]) => words === 'error tls.client-lists: client certificates are refused',
    );
    expect(refused).toHaveLength(1);
    expect(JSON.stringify(refused)).toContain(fault);
    expect(values(server)).toMatchObject({
      'sextant_tls_client_lists in-force': 0,
      'sextant_tls_client_lists faulty': 1,
      sextant_tls_client_cas_without_list: 1,
    });
    write({ thisUpdate: ahead(-1) });
    signals.emit('SIGHUP');
    expect(tells.at(-1)?.[0]).toBe('info tls.client-lists: in force');
    expect(values(server)['sextant_tls_client_cas_without_list']).toBe(0);
  });

  it('undone by an older one go on to count, which is told as no refusal', async () => {
    write({ thisUpdate: ahead(-1) });
    const { server, tells } = await serve();
    write();
    signals.emit('SIGHUP');
    expect(tells.at(-1)?.[0]).toBe('warn tls.client-lists: some are of no use');
    expect(JSON.stringify(tells.at(-1))).toContain('crl_rolled_back');
    expect(values(server)['sextant_tls_client_cas_without_list']).toBe(0);
  });

  it('undone by an older one go on to count after a restart, as long as they are kept', async () => {
    const kept = join(folder, 'kept');
    write({ thisUpdate: ahead(-1) });
    await serve(kept);
    const [one] = recallLists(kept);
    expect(recallLists(kept).map(({ bytes }) => bytes)).toEqual([readFileSync(path)]);
    expect(statSync(one?.name ?? '').mode & 0o777).toBe(0o600);
    write();
    const { server, tells } = await serve(kept);
    expect(tells.map(([words]) => words)).toEqual(['warn tls.client-lists: some are of no use']);
    expect(JSON.stringify(tells)).toContain('crl_rolled_back');
    expect(values(server)['sextant_tls_client_cas_without_list']).toBe(0);
    writeFileSync(one?.name ?? '', 'damaged');
    const after = await serve(kept);
    expect(after.tells.map(([words]) => words)).toEqual([
      'error tls.client-lists: client certificates are refused',
    ]);
    rmSync(kept, { recursive: true });
    expect((await serve(kept)).tells.map(([words]) => words)).toEqual(['info tls.client-lists: in force']);
  });

  it('that cannot be kept count all the same, which is told', async () => {
    const kept = join(folder, 'no-folder');
    writeFileSync(kept, '');
    write();
    const { server, tells } = await serve(kept);
    expect(tells[0]?.[0]).toContain('error tls.client-lists: not kept');
    // A file in the folder's place is no memory that could be read.
    expect(values(server)['sextant_tls_client_cas_without_list']).toBe(1);
  });

  it('do not stop a verifier from starting, and are told from the start', async () => {
    rmSync(path, { force: true });
    const { tells } = await serve();
    expect(tells.map(([words]) => words)).toEqual([
      'error tls.client-lists: client certificates are refused',
    ]);
  });

  it('are of CAs for clients: without any, the verifier says so', async () => {
    const { status, stderr } = await sextant('serve', '--tls-client-crl', path, '--data', folder);
    expect({ status, says: stderr.includes('--tls-client-ca') }).toEqual({ status: 2, says: true });
  });
});
