import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { healthRoutes } from '../../src/http/health/routes.ts';
import { createMetrics } from '../../src/http/metrics/metrics.ts';
import { metricsRoutes } from '../../src/http/metrics/routes.ts';
import { noContent, ok } from '../../src/http/reply.ts';
import { bytesBody, jsonBody, type Route, route } from '../../src/http/route.ts';
import type { RunningServer } from '../../src/http/server.ts';
import { RequestError } from '../../src/service/errors.ts';
import { exchangeRaw, serveRoutes } from './serve.ts';

const PUBLIC = { scheme: 'public' } as const;
const tag = 'Test';
const anything = { 200: { description: 'Something.' } };
const get = (path: `/${string}`, operationId: string, handle: Route['handle']): Route =>
  route({
    method: 'GET',
    path,
    operationId,
    summary: operationId,
    tag,
    authorise: PUBLIC,
    responses: anything,
    handle,
  });

const metrics = createMetrics();
const routes: Route[] = [
  get('/plain', 'plain', async () => ok({ fine: true })),
  get('/fails', 'fails', async () => {
    throw new Error('the password is swordfish');
  }),
  get('/early', 'early', async () => {
    throw new RequestError('too_early', 'wait', { retryAfterSeconds: 7.2 });
  }),
  get('/undeclared', 'undeclared', async () => noContent()),
  route({
    method: 'GET',
    path: '/things/{thingId}',
    operationId: 'getThing',
    summary: 'One',
    tag,
    authorise: PUBLIC,
    params: z.strictObject({ thingId: z.string().regex(/^[a-z]+$/) }),
    query: z.strictObject({ limit: z.string().optional() }),
    responses: anything,
    handle: async ({ params, query }) => ok({ ...params, ...query }),
  }),
  route({
    method: 'POST',
    path: '/things',
    operationId: 'postThing',
    summary: 'Make',
    tag,
    authorise: PUBLIC,
    body: jsonBody(z.strictObject({ name: z.string().max(8), sizes: z.array(z.int()).default([]) }), 64),
    responses: { 201: { description: 'Made.' } },
    handle: async ({ body }) => ({ status: 201, body }),
  }),
  route({
    method: 'PUT',
    path: '/bytes',
    operationId: 'putBytes',
    summary: 'Bytes',
    tag,
    authorise: PUBLIC,
    body: bytesBody(['text/csv', 'application/x-ndjson'], 1024, 'Rows.'),
    responses: anything,
    handle: async ({ body, mediaType }) => ok({ length: body.length, mediaType }),
  }),
  route({
    method: 'GET',
    path: '/slow',
    operationId: 'slow',
    summary: 'Slow',
    tag,
    authorise: PUBLIC,
    deadlineMs: 50,
    responses: anything,
    handle: ({ signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(ok('too late')))),
  }),
  ...healthRoutes([{ name: 'store', check: async () => {} }], () => {}),
  ...metricsRoutes(metrics, 'public'),
];

let server: RunningServer;
beforeAll(async () => {
  server = await serveRoutes(routes, { metrics });
});
afterAll(() => server.close());

async function problemOf(response: Response): Promise<{ status: number; code: unknown; errors: unknown }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = z
    .object({
      type: z.string(),
      status: z.number(),
      code: z.string(),
      requestId: z.string(),
      errors: z.unknown().optional(),
    })
    .parse(await response.json());
  expect(problem.type).toBe(`urn:sextant:problem:${problem.code}`);
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  return { status: problem.status, code: problem.code, errors: problem.errors };
}

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${server.url}/things`, { method: 'POST', body, headers });

describe('answers', () => {
  it('carry the headers that keep a browser from doing anything with them', async () => {
    const response = await fetch(`${server.url}/plain`);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.json()).toEqual({ fine: true });
  });

  it('to HEAD are those to GET without a body', async () => {
    const response = await fetch(`${server.url}/plain`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('13');
    expect(await response.text()).toBe('');
  });

  it('to OPTIONS name the methods', async () => {
    const response = await fetch(`${server.url}/plain`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect((await fetch(`${server.url}/nowhere`, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('to an unknown method of a known path are 405 with Allow', async () => {
    const response = await fetch(`${server.url}/things`, { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it.each(['/nowhere', '/plain/', '//plain', '/PLAIN', '/things/%zz', `/things/${'a'.repeat(500)}`])(
    'to %s are 404',
    async (path) => {
      expect(await problemOf(await fetch(server.url + path))).toMatchObject({
        status: 404,
        code: 'no_such_route',
      });
    },
  );

  it.each(['/pl%61in', '/plain#part', 'http://elsewhere.invalid/plain', '/plain%3Fa', '/things/a%2Fb', '*'])(
    'to another spelling of a path, %s, are 404',
    async (path) => {
      const status = await new Promise((resolve, reject) => {
        request({ port: server.port, path }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
      expect(status).toBe(404);
    },
  );

  it('to a fault inside tell only the request id', async () => {
    const response = await fetch(`${server.url}/fails`);
    const text = await response.clone().text();
    expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal' });
    expect(text).not.toContain('swordfish');
    expect(text).not.toContain('detail');
  });

  it('that are not as declared fail in tests', async () => {
    expect((await fetch(`${server.url}/undeclared`)).status).toBe(500);
  });

  it('to one who asks too early say when', async () => {
    const response = await fetch(`${server.url}/early`);
    expect(response.headers.get('retry-after')).toBe('8');
    expect(await problemOf(response)).toMatchObject({ status: 429, code: 'too_early' });
  });

  it('that take too long are 503 at the deadline, and the late one is dropped', async () => {
    const response = await fetch(`${server.url}/slow`);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'deadline_exceeded' });
    expect((await fetch(`${server.url}/plain`)).status).toBe(200);
  });

  it('in a type that Accept does not name are refused', async () => {
    const ask = (accept: string) => fetch(`${server.url}/plain`, { headers: { accept } });
    expect(await problemOf(await ask('text/html'))).toMatchObject({ status: 406, code: 'not_acceptable' });
    expect(await problemOf(await ask('application/json;q=0'))).toMatchObject({ code: 'not_acceptable' });
    for (const accept of [
      'application/json',
      'application/*',
      'text/html, */*;q=0.1',
      'text/html, application/json;q=0.5',
    ]) {
      expect((await ask(accept)).status).toBe(200);
    }
  });
});

describe('parameters and queries', () => {
  it('reach the handler validated', async () => {
    expect(await (await fetch(`${server.url}/things/abc?limit=3`)).json()).toEqual({
      thingId: 'abc',
      limit: '3',
    });
  });

  it.each([
    '/things/ABC',
    '/things/abc?other=1',
    '/things/abc?limit=1&limit=2',
    '/plain?x=1',
    '/things/abc?__proto__=1',
  ])('of %s are refused', async (path) => {
    expect(await problemOf(await fetch(server.url + path))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
  });
});

describe('bodies', () => {
  it('are validated, defaults filled in', async () => {
    const response = await post('{"name":"a"}');
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ name: 'a', sizes: [] });
  });

  it('are refused with every fault and its place', async () => {
    const { errors, code } = await problemOf(await post('{"name":1,"sizes":["x"],"extra":true}'));
    expect(code).toBe('invalid_request');
    expect(errors).toEqual([
      { path: 'body.name', expected: 'string', actual: 'number' },
      { path: 'body.sizes[0]', expected: 'number', actual: 'string of 1' },
      { path: 'body', expected: 'no other members', actual: 'extra' },
    ]);
  });

  it.each([
    ['{"name":"a","name":"b"}', 'duplicate'],
    ['{"name":', 'bad_value'],
    ['', 'bad_value'],
    ['{"__proto__":{}}', 'bad_value'],
    [`${'['.repeat(40)}1`, 'budget_exceeded'],
    ['{"name":"\\ud800"}', 'bad_value'],
    ['"text"', 'invalid_request'],
    ['null', 'invalid_request'],
  ])('such as %s are refused as %s', async (body, code) => {
    expect(await problemOf(await post(body))).toMatchObject({ status: 400, code });
  });

  it('of another type are 415', async () => {
    expect(await problemOf(await post('{}', { 'content-type': 'text/plain' }))).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
    const coded = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await problemOf(await post('{}', coded))).toMatchObject({ code: 'unsupported_media_type' });
    expect((await post('{"name":"a"}', { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(
      201,
    );
  });

  it('of stated excess are 413 before they are read', async () => {
    expect(await problemOf(await post(`{"name":"${'a'.repeat(100)}"}`))).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  it('of unstated excess are 413 as soon as they exceed', async () => {
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const head =
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const answer = await exchangeRaw(server, head, chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"body_too_large"');
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('that trickle are 408 at their deadline, and the connection is closed', async () => {
    const head =
      'POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{';
    // A server of its own: on a busy machine what does not trickle would be late for such a deadline too.
    const hurried = await serveRoutes(routes, { limits: { bodyDeadlineMs: 100 } });
    onTestFinished(() => hurried.close());
    const answer = await exchangeRaw(hurried, head);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"body_timeout"');
  });

  it('that are not JSON arrive as bytes', async () => {
    const response = await fetch(`${server.url}/bytes`, {
      method: 'PUT',
      body: 'a,b\n',
      headers: { 'content-type': 'text/csv', 'idempotency-key': 'abcdefgh' },
    });
    expect(await response.json()).toEqual({ length: 4, mediaType: 'text/csv' });
  });

  it('come with an Idempotency-Key of sane shape or none', async () => {
    const headers = { 'content-type': 'text/csv', 'idempotency-key': 'short' };
    const response = await fetch(`${server.url}/bytes`, { method: 'PUT', body: 'a', headers });
    expect(await problemOf(response)).toMatchObject({ code: 'invalid_request' });
  });
});

describe('operation', () => {
  it('is shown by health, readiness and metrics', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({
      status: 'ready',
      checks: [{ name: 'store', status: 'ok' }],
    });
    await fetch(`${server.url}/things/secretname`);
    await fetch(`${server.url}/attacker-chosen`);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain(
      'sextant_http_requests_total{method="GET",route="/things/{thingId}",status="2xx"}',
    );
    expect(text).toContain('sextant_http_request_duration_seconds_bucket');
    expect(text).not.toContain('secretname');
    expect(text).not.toContain('attacker-chosen');
  });

  it('is not ready while anything it needs is missing, or nothing was asked', async () => {
    const failing = { name: 'store', check: () => Promise.reject(new Error('gone')) };
    const working = { name: 'keys', check: async () => {} };
    for (const checks of [[failing, working], []]) {
      const sick = await serveRoutes(healthRoutes(checks, () => {}));
      const response = await fetch(`${sick.url}/readyz`);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ status: 'not-ready' });
      await sick.close();
    }
  });
});

describe('shutting down', () => {
  it('says first that it is not ready, and goes on answering over connections that end', async () => {
    let stopping = false;
    const checks = [{ name: 'store', check: async () => {} }];
    const going = await serveRoutes([
      ...healthRoutes(
        checks,
        () => {},
        () => stopping,
      ),
      get('/plain', 'plain', async () => ok({ fine: true })),
    ]);
    expect((await fetch(`${going.url}/readyz`)).headers.get('connection')).not.toBe('close');
    stopping = true;
    going.drain();
    const ready = await fetch(`${going.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'not-ready',
      checks: [{ name: 'stopping', status: 'failed' }],
    });
    const answer = await fetch(`${going.url}/plain`);
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    await going.close();
    await expect(fetch(`${going.url}/plain`)).rejects.toThrow();
  });

  it('finishes what is under way and takes nothing new', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const going = await serveRoutes([
      get('/held', 'held', async () => {
        enter();
        await held;
        return ok('finished');
      }),
    ]);
    const answer = fetch(`${going.url}/held`);
    await entered;
    const closed = going.close(5_000);
    await expect(fetch(`${going.url}/held`)).rejects.toThrow();
    release();
    expect(await (await answer).json()).toBe('finished');
    await closed;
  });

  it('cuts what does not finish in time', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const going = await serveRoutes([
      get('/forever', 'forever', () => {
        enter();
        return new Promise(() => {});
      }),
    ]);
    const answer = fetch(`${going.url}/forever`);
    const cut = expect(answer).rejects.toThrow();
    await entered;
    await going.close(50);
    await cut;
  });
});

describe('routes', () => {
  it('may not share a name', async () => {
    const twice = [get('/a', 'same', async () => ok(1)), get('/b', 'same', async () => ok(1))];
    await expect(serveRoutes(twice)).rejects.toThrow(TypeError);
  });
});
