import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFiles } from '../../src/http/page/files.ts';
import { openPage } from '../../src/http/page/page.ts';
import { ok } from '../../src/http/reply.ts';
import { route } from '../../src/http/route.ts';
import type { RunningServer } from '../../src/http/server.ts';
import { exchangeRaw, serveRoutes } from './serve.ts';

const INDEX =
  '<!doctype html><title>Sextant</title><script type="module" src="/assets/main-1a2b.js"></script>';
const SCRIPT = `export const page = '${'x'.repeat(2_000)}';`;

let folder: string;
let server: RunningServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-page-'));
  mkdirSync(join(folder, 'built/assets'), { recursive: true });
  const write = (name: string, bytes: string | Buffer) => writeFileSync(join(folder, name), bytes);
  write('secret.txt', 'outside');
  write('built/index.html', INDEX);
  write('built/assets/main-1a2b.js', SCRIPT);
  write('built/assets/main-1a2b.js.br', brotliCompressSync(SCRIPT));
  write('built/assets/main-1a2b.js.gz', gzipSync(SCRIPT));
  write('built/mark.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  write('built/.hidden.txt', 'hidden');
  write('built/run.sh', 'no page has this');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'built/link.txt'));
  const hosts = route({
    method: 'GET',
    path: '/v1/hosts',
    operationId: 'hosts',
    summary: 'hosts',
    tag: 'hosts',
    authorise: { scheme: 'public' },
    responses: { 200: { description: 'hosts' } },
    handle: async () => ok([]),
  });
  server = await serveRoutes([hosts], { page: openPage(join(folder, 'built')) });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
type Got = { status: number; headers: Record<string, string>; body: Buffer };

/** As it went over the wire: fetch would undo the coding. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET', at = server): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request(at.url + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>, // none of these is a list
          body: Buffer.concat(chunks),
        }),
      );
    });
    asked.on('error', reject).end();
  });
}

describe('the page', () => {
  it.each(['/', '/hosts', '/hosts/hst_0', '/licences?state=active', '/a%20b', '/index.html'])(
    'is what a browser gets that goes to %s',
    async (path) => {
      const { status, headers, body } = await get(path, { accept: HTML });
      expect(status).toBe(200);
      expect(body.toString()).toBe(INDEX);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
    },
  );

  it('is not what a program gets, nor what answers where the API is', async () => {
    expect((await get('/hosts', { accept: '*/*' })).status).toBe(404);
    expect((await get('/hosts')).status).toBe(404);
    expect((await get('/hosts', { accept: HTML }, 'POST')).status).toBe(404);
    for (const path of ['/v1/nothing', '/v1', '/assets/main-0000.js', '/.well-known/nothing']) {
      const answer = await get(path, { accept: HTML });
      expect([path, answer.status, answer.headers['content-type']]).toEqual([
        path,
        404,
        'application/problem+json',
      ]);
    }
    expect((await get('/v1/hosts', { accept: HTML })).headers['content-type']).toBe('application/json');
    expect((await get('/v1/hosts', {}, 'DELETE')).status).toBe(405);
  });

  it('frames nowhere, runs nothing but its own and asks nobody else', async () => {
    for (const path of ['/', '/assets/main-1a2b.js', '/mark.svg']) {
      const { headers } = await get(path, { accept: HTML });
      const policy = headers['content-security-policy']?.split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "form-action 'self'",
          "require-trusted-types-for 'script'",
        ]),
      );
      expect(policy?.join()).not.toMatch(/unsafe|\*|https?:/);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers['permissions-policy']).toContain('geolocation=()');
    }
  });

  it('keeps what has a digest in its name for good, and asks again for the rest', async () => {
    expect((await get('/assets/main-1a2b.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await get('/mark.svg')).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
    ['br;q=0, *;q=0', undefined, (bytes: Buffer) => bytes],
    ['zstd', undefined, (bytes: Buffer) => bytes],
  ])('is compressed as asked: %s', async (accepted, coding, undo) => {
    const { headers, body } = await get('/assets/main-1a2b.js', { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(coding);
    expect(headers['vary']).toBe('accept, accept-encoding');
    expect(undo(body).toString()).toBe(SCRIPT);
    expect(Number(headers['content-length'])).toBe(body.length);
  });

  it('is not sent again to whoever has it, in that very coding', async () => {
    const br = { 'accept-encoding': 'br' };
    const first = await get('/assets/main-1a2b.js', br);
    const tag = String(first.headers['etag']);
    const again = await get('/assets/main-1a2b.js', { ...br, 'if-none-match': tag });
    expect([again.status, again.body.length, again.headers['etag']]).toEqual([304, 0, tag]);
    expect((await get('/assets/main-1a2b.js', { 'if-none-match': tag })).status).toBe(200);
  });

  it('answers HEAD with the same headers and nothing else', async () => {
    const { status, headers, body } = await get('/', { accept: HTML }, 'HEAD');
    expect([status, body.length]).toEqual([200, 0]);
    expect(Number(headers['content-length'])).toBe(INDEX.length);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '//secret.txt',
    '/link.txt',
    '/.hidden.txt',
    '/run.sh',
    '/assets/main-1a2b.js.br',
    '/assets/',
    '/assets\\..\\..\\secret.txt',
  ])('lets nobody out of its list: %s', async (path) => {
    const text = await exchangeRaw(server, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(text).not.toMatch(/outside|hidden|no page/);
  });

  it('says how it is built where it was not, and leaves the API alone', async () => {
    const page = openPage(join(folder, 'nowhere'));
    const bare = await serveRoutes([], { page });
    const { status, headers, body } = await get('/', { accept: HTML }, 'GET', bare);
    expect([page.isBuilt, status, headers['content-type']]).toEqual([
      false,
      404,
      'text/plain; charset=utf-8',
    ]);
    expect(body.toString()).toContain('npm run build');
    expect((await get('/', {}, 'GET', bare)).headers['content-type']).toBe('application/problem+json');
    await bare.close();
  });

  it('holds no more in memory than a page has', () => {
    const large = join(folder, 'large');
    mkdirSync(large);
    for (let at = 0; at < 1_001; at++) writeFileSync(join(large, `${at}.txt`), '');
    expect(() => readPageFiles(large)).toThrow(expect.objectContaining({ code: 'page_too_large' }));
    expect(() => readPageFiles(join(folder, 'secret.txt'))).toThrow(
      expect.objectContaining({ code: 'page_unreadable' }),
    );
  });
});
