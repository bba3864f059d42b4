import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { OpenStreams, streamEvents } from '../../src/http/events/stream.ts';
import { refuseEverybody, stillAuthorised } from '../../src/http/middleware/authorise.ts';
import type { Sink } from '../../src/http/reply.ts';
import type { Event } from '../../src/protocol/event.ts';
import { tokenAuthenticator } from '../../src/service/access/authenticate.ts';
import { shown } from './possession.ts';
import { startTestVerifier, type TestPrincipal, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
let exporter: TestPrincipal;
beforeAll(async () => {
  verifier = await startTestVerifier();
  exporter = await verifier.principal('exporter', 'chips');
});
afterAll(() => verifier.close());

const party = (legalName: string, token = exporter.token) =>
  verifier.call('POST', '/v1/parties', { token, body: { legalName, country: 'IS' } });

const credentials = (token: string, url: string, method = 'GET') =>
  shown(token, { method, url, now: new Date() });

/** What only browsers send. */
const NO_BROWSER = { cookie: undefined, origin: undefined, fetchSite: undefined };

type Frame = { readonly id: string; readonly event: string; readonly data: Event };

/** A reader of its own making: nothing is read that is not asked for. */
async function open(token: string, headers: object = {}, query = '') {
  const abort = new AbortController();
  const url = `${verifier.url}/v1/events/stream${query}`;
  const response = await fetch(url, {
    headers: { ...credentials(token, url), accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  });
  onTestFinished(() => abort.abort());
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<Frame> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end === -1) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) throw new Error('the stream ended');
        text += chunk.value;
        continue;
      }
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined)
        return { id: field('id') ?? '', event: field('event') ?? '', data: JSON.parse(data) };
    }
  };
  return { response, next, close: () => abort.abort() };
}

describe('the stream of events', () => {
  it('goes on from now, and after a break from the last id, with nothing lost or twice', async () => {
    await party('before');
    const stream = await open(exporter.token);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    await party('one');
    const one = await stream.next();
    expect(one).toMatchObject({ event: 'party.registered', data: { data: { legalName: 'one' } } });
    expect(one.id).toBe(String(one.data.sequence));
    stream.close();
    await party('two');
    await party('theirs', (await verifier.principal('exporter', 'others')).token);
    await party('three');
    const again = await open(exporter.token, { 'last-event-id': one.id });
    const names = [await again.next(), await again.next()].map(({ data }) => data.data['legalName']);
    expect(names).toEqual(['two', 'three']);
    const all = await open(exporter.token, {}, '?after=0');
    expect((await all.next()).data.data['legalName']).toBe('before');
  });

  it('refuses an id that is none, and other media types', async () => {
    const call = (headers: { [name: string]: string }) =>
      verifier.call('GET', '/v1/events/stream', { token: exporter.token, headers });
    expect((await call({ 'last-event-id': 'evt_1' })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'last-event-id' }],
    });
    expect((await call({ accept: 'application/json' })).body['code']).toBe('not_acceptable');
  });

  it('answers HEAD with its headers alone', async () => {
    const url = `${verifier.url}/v1/events/stream`;
    const headers = credentials(exporter.token, url, 'HEAD');
    const response = await fetch(url, { method: 'HEAD', headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('is open four times at most for each principal, and again once one is closed', async () => {
    const { token } = await verifier.principal('exporter', 'many');
    const streams = [];
    for (let count = 0; count < 4; count++) streams.push(await open(token));
    const fifth = await verifier.call('GET', '/v1/events/stream', { token });
    expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([429, '30']);
    streams[0]?.close();
    await expect
      .poll(async () => (await verifier.call('GET', '/v1/events/stream', { token })).status)
      .toBe(200);
  });

  it('is counted down however it ends', () => {
    const streams = new OpenStreams();
    const ends = Array.from({ length: 4 }, () => streams.begin('p'));
    expect(() => streams.begin('p')).toThrow(expect.objectContaining({ code: 'too_early' }));
    for (const end of ends) end();
    for (let other = 0; other < 256; other++) streams.begin(`p${other}`);
    expect(() => streams.begin('q')).toThrow(expect.objectContaining({ code: 'too_early' }));
  });

  it('is cut where its reader does not keep up, and holds no more for it than a page', async () => {
    for (let count = 0; count < 3; count++) await party(`slow ${count}`);
    const seen: string[] = [];
    const reader: Sink = {
      signal: new AbortController().signal,
      write: (text) => {
        seen.push(text);
        return !text.startsWith('id:');
      },
      drained: async () => false,
      end: () => seen.push('ended'),
      cut: () => seen.push('cut'),
    };
    const listener = { tenant: 'chips', scopes: new Set(['parties:read']) };
    await streamEvents(verifier.context, reader, { listener, after: 0, authoriseAgain: async () => {} });
    expect(seen.filter((text) => text.startsWith('id:'))).toHaveLength(1);
    expect(seen.at(-1)).toBe('cut');
  });

  it('says that it is there, and ends once its credentials have', async () => {
    const { token, tokenId } = await verifier.principal('exporter', 'ended');
    const seen: string[] = [];
    const reader: Sink = {
      signal: new AbortController().signal,
      write: (text) => seen.push(text) > 0,
      drained: async () => true,
      end: () => {},
      cut: () => {},
    };
    const credentials = {
      method: 'GET',
      path: '/',
      authorization: `DPoP ${token}`,
      dpop: undefined,
      certificate: undefined,
      ...NO_BROWSER,
    };
    const rule = { scheme: 'bearer', scope: 'events:read', effect: 'reads' } as const;
    const { bearer } = tokenAuthenticator(verifier.context);
    let times = 0;
    const authoriseAgain = async (): Promise<void> => {
      if (++times === 2) {
        await verifier.call('POST', `/v1/tokens/${tokenId}/revocation`, { token: verifier.adminToken });
      }
      await stillAuthorised(rule, { ...refuseEverybody, bearer }, credentials);
    };
    const listener = { tenant: 'ended', scopes: new Set<string>() };
    const streaming = { listener, after: 0, authoriseAgain, heartbeatMs: 0 };
    await expect(streamEvents(verifier.context, reader, streaming)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(seen.filter((text) => text.startsWith(':'))).toHaveLength(1);
  });

  it('ends when the server shuts down', async () => {
    const other = await startTestVerifier();
    const { token } = await other.principal('exporter', 'chips');
    const url = `${other.url}/v1/events/stream`;
    const response = await fetch(url, { headers: credentials(token, url) });
    expect(response.status).toBe(200);
    const read = response.text();
    await other.close();
    // Were it cut off, as it would be ten seconds later, its end would be missing.
    await expect(read).resolves.toEqual(expect.any(String));
  });
});
