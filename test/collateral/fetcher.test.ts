import { describe, expect, it } from 'vitest';
import { createFetcher, type Fetched } from '../../src/collateral/fetcher.ts';
import { RequestQueue } from '../../src/collateral/request-queue.ts';
import { type FakeTiming, fakeTiming } from './fake-timing.ts';
import { startVendorServer, type VendorServer } from './vendor-server.ts';

const PER_TRY_MS = 777;
const MAX_BYTES = 2000;

describe('the fetcher', () => {
  it('answers with the body and the headers', async () => {
    const { server, fetch } = await vendor();
    server.next({ headers: { 'x-chain': 'a%20b' }, body: 'hello' });
    const { body, headers } = await fetch('/doc');
    expect(Buffer.from(body).toString()).toBe('hello');
    expect(headers.get('x-chain')).toBe('a%20b');
    expect(server.requests).toEqual(['/doc']);
  });

  it.each([500, 502, 503, 504, 408, 429])(
    'tries again after %i, and waits longer each time',
    async (status) => {
      const { server, fetch, timing } = await vendor();
      server.next({ status }, { status }, { status }, { body: 'at last' });
      expect(Buffer.from((await fetch('/doc')).body).toString()).toBe('at last');
      expect(timing.slept.length).toBeGreaterThanOrEqual(3);
      expect(timing.slept.slice(0, 1)).toEqual([500]);
    },
  );

  it.each([
    [500, 'collateral_unavailable'],
    [503, 'collateral_unavailable'],
    [429, 'collateral_throttled'],
  ])('gives up on %i in the end, as %s', async (status, code) => {
    const { server, fetch } = await vendor();
    server.always({ status });
    await expect(fetch('/doc')).rejects.toMatchObject({ code, status });
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    [404, 'collateral_not_found'],
    [410, 'collateral_not_found'],
    [461, 'collateral_not_found'],
    [400, 'collateral_refused'],
    [401, 'collateral_refused'],
    [403, 'collateral_refused'],
    [204, 'collateral_refused'],
  ])('does not repeat what was answered with %i', async (status, code) => {
    const { server, fetch } = await vendor();
    server.always({ status });
    await expect(fetch('/doc')).rejects.toMatchObject({ code, status });
    expect(server.requests).toHaveLength(1);
  });

  it('waits as long as Retry-After asks', async () => {
    const { server, fetch, timing } = await vendor();
    server.next({ status: 429, headers: { 'retry-after': '7' } });
    server.next({
      status: 503,
      headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:09 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
    });
    server.next({ body: 'well' });
    await fetch('/doc');
    expect(timing.slept).toContain(7000);
    expect(timing.slept).toContain(9000);
  });

  it('says when to ask again where it could not wait so long', async () => {
    const { server, fetch } = await vendor('stands');
    server.always({ status: 429, headers: { 'retry-after': '86400' } });
    const giveUp = new AbortController();
    const asked = fetch('/doc', { signal: giveUp.signal });
    await server.arrival();
    setImmediate(() => giveUp.abort());
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/throttled|timeout/) });
  });

  it.each(['hangs', 'dawdles'] as const)('gives up a try that %s, and tries again', async (how) => {
    const { server, fetch, timing } = await vendor();
    server.next(how, { body: 'awake' });
    const asked = fetch('/doc');
    await server.arrival();
    timing.expire(PER_TRY_MS);
    expect(Buffer.from((await asked).body).toString()).toBe('awake');
  });

  it('calls a vendor that never answers a timeout', async () => {
    const { server, fetch, timing } = await vendor();
    server.always('hangs');
    const asked = fetch('/doc');
    asked.catch(() => {});
    for (let attempt = 1; attempt <= 4; attempt++) {
      if (server.requests.length < attempt) await server.arrival();
      timing.expire(PER_TRY_MS);
    }
    await expect(asked).rejects.toMatchObject({ code: 'collateral_timeout' });
  });

  it.each(['breaks off', 'hangs up'] as const)('tries again where the answer %s', async (how) => {
    const { server, fetch } = await vendor();
    server.next(how, { body: 'whole' });
    expect(Buffer.from((await fetch('/doc')).body).toString()).toBe('whole');
    server.always(how);
    await expect(fetch('/doc')).rejects.toMatchObject({ code: 'collateral_unavailable' });
  });

  it('reads no more than it may', async () => {
    const { server, fetch } = await vendor();
    server.next({ body: Buffer.alloc(MAX_BYTES) });
    expect((await fetch('/doc')).body).toHaveLength(MAX_BYTES);
    server.next({ body: Buffer.alloc(MAX_BYTES + 1) });
    await expect(fetch('/doc')).rejects.toMatchObject({ code: 'collateral_too_large' });
    server.next('floods');
    await expect(fetch('/doc')).rejects.toMatchObject({ code: 'collateral_too_large' });
    server.next({ headers: { 'x-chain': 'x'.repeat(60_000) } });
    await expect(fetch('/doc')).rejects.toMatchObject({ code: 'collateral_too_large' });
  });

  it('counts what a compressed body becomes', async () => {
    const { gzipSync } = await import('node:zlib');
    const { server, fetch } = await vendor();
    server.next({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(1 << 22)) });
    await expect(fetch('/doc')).rejects.toMatchObject({ code: 'collateral_too_large' });
  });

  it('follows a redirect on the same origin and none to elsewhere', async () => {
    const { server, fetch } = await vendor();
    const elsewhere = await startVendorServer(() => ({ body: 'stranger' }));
    server.next({ status: 302, headers: { location: '/there' } }, { body: 'here' });
    expect(Buffer.from((await fetch('/doc')).body).toString()).toBe('here');
    server.next({ status: 307, headers: { location: `${elsewhere.origin}/doc` } });
    await expect(fetch('/doc')).rejects.toMatchObject({
      code: 'collateral_refused',
      actual: elsewhere.origin,
    });
    server.always({ status: 301, headers: { location: '/doc' } });
    await expect(fetch('/doc')).rejects.toMatchObject({ code: 'collateral_refused' });
    expect(elsewhere.requests).toEqual([]);
  });

  it('asks no origin but the pinned ones', async () => {
    const { server, options } = await vendor();
    const fetch = createFetcher({ ...options, origins: ['https://kdsintf.amd.com'] });
    const url = new URL(`${server.origin}/doc`);
    const signal = new AbortController().signal;
    const asked = fetch({ url, accept: '*/*', maxBytes: 10, signal, lane: 'a' });
    await expect(asked).rejects.toMatchObject({ code: 'collateral_refused' });
    expect(server.requests).toEqual([]);
  });

  it('says that a host is not there', async () => {
    const { options } = await vendor();
    const fetch = createFetcher({ ...options, origins: ['http://127.0.0.1:1'], tries: 1 });
    const signal = new AbortController().signal;
    const asked = fetch({
      url: new URL('http://127.0.0.1:1/'),
      accept: '*/*',
      maxBytes: 10,
      signal,
      lane: 'a',
    });
    await expect(asked).rejects.toMatchObject({ code: 'collateral_unavailable' });
  });
});

async function vendor(mode: 'flies' | 'stands' = 'flies') {
  const server: VendorServer = await startVendorServer(() => ({ body: 'usual' }));
  const timing: FakeTiming = fakeTiming(mode);
  const queue = new RequestQueue({ concurrency: 4, paceMs: 0, maxQueued: 100 }, timing);
  const options = { origins: [server.origin], queue, timing, perTryMs: PER_TRY_MS };
  const fetcher = createFetcher(options);
  const fetch = (path: string, { signal = new AbortController().signal } = {}): Promise<Fetched> =>
    fetcher({ url: new URL(server.origin + path), accept: '*/*', maxBytes: MAX_BYTES, signal, lane: 'test' });
  return { server, fetch, timing, options };
}
