import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/http/problem-codes.ts';
import type { Route } from '../../src/http/route.ts';
import { ROLE_SCOPES } from '../../src/service/access/scopes.ts';
import { ROLES, type Role } from '../../src/service/principal.ts';
import { fuzzRuns } from '../vectors.ts';
import { fromSchema, type Schema } from './from-schema.ts';
import { makePossession, proofOf, shown } from './possession.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

/** Requests to each route: 2 in `npm test`, twenty times as many in the nightly run. */
const EACH = Math.ceil((fuzzRuns * 2) / 5000);
/** One value in as many is not what its schema asks for. */
const ONE_IN = 6;

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: { readonly [type: string]: { readonly schema?: Schema } } };
};

let verifier: TestVerifier;
const tokens = new Map<Role, string>();
const operations = new Map<string, Operation>();
const schemas = new Map<string, Schema>();
beforeAll(async () => {
  verifier = await startTestVerifier();
  for (const role of ROLES) tokens.set(role, (await verifier.principal(role, 'acme')).token);
  const { body } = await verifier.call('GET', '/openapi.json');
  const document = body as {
    paths: { [path: string]: { [method: string]: Operation } };
    components: { schemas?: { [name: string]: Schema } };
  };
  for (const item of Object.values(document.paths))
    for (const operation of Object.values(item)) operations.set(operation.operationId, operation);
  for (const [name, schema] of Object.entries(document.components.schemas ?? {}))
    schemas.set(`#/components/schemas/${name}`, schema);
});
afterAll(() => verifier.close());

type Sent = {
  readonly path: string;
  readonly query: string;
  readonly body: string | Uint8Array | undefined;
  readonly mediaType: string;
};

/** Requests as a route's own description has them, bent here and there. */
function requestsTo(route: Route): fc.Arbitrary<Sent> {
  const { parameters = [], requestBody } = operations.get(route.operationId) ?? { operationId: '' };
  const of = (schema: Schema): fc.Arbitrary<unknown> => fromSchema(schema, schemas, ONE_IN);
  const record = (where: string): fc.Arbitrary<Record<string, unknown>> => {
    const mine = parameters.filter((parameter) => parameter.in === where);
    return fc.record(Object.fromEntries(mine.map(({ name, schema }) => [name, of(schema)])));
  };
  const [[mediaType = 'application/json', declared] = []] = [Object.entries(requestBody?.content ?? {})[0]];
  const schema = declared?.schema;
  const body: fc.Arbitrary<Sent['body']> =
    requestBody === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: 4, arbitrary: schema === undefined ? fc.string() : of(schema).map(asJson) },
          { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
          { weight: 1, arbitrary: fc.constantFrom('', '{', '[]', 'null', '{"a":1,"a":2}', '"\\ud800"') },
        );
  return fc
    .record({ path: record('path'), query: fc.option(record('query'), { nil: {} }), body })
    .map(({ path, query, body: sent }) => ({
      path: route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath(path[name])),
      query: new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, asText(value)]),
      ).toString(),
      body: sent,
      mediaType,
    }));
}

function inPath(value: unknown): string {
  const text = encodeURIComponent(asText(value).toWellFormed()).slice(0, 200);
  return text === '' ? '%20' : text;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `JSON.stringify` escapes lone surrogates: they arrive as they were meant. */
function asJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

const key = makePossession();

function headersOf({ authorise, method }: Route, path: string): Record<string, string> {
  const url = verifier.url + path;
  const now = verifier.context.clock();
  if (authorise.scheme === 'bearer') {
    const role = ROLES.find((each) => ROLE_SCOPES[each].includes(authorise.scope)) ?? 'authority';
    return shown(tokens.get(role) ?? '', { method, url, now });
  }
  if (authorise.scheme === 'public') return {};
  return { dpop: proofOf(key, { method, url, now }) };
}

/** How often each status was answered. */
const statuses = new Map<number, number>();
/** Bodies that were not refused as such: what they ask for was looked up, or done. */
let wholeBodies = 0;

/** What is wrong with an answer to whatever was sent; null where nothing is. */
async function fault(route: Route, sent: Sent): Promise<string | null> {
  const target = sent.path + (sent.query === '' ? '' : `?${sent.query}`);
  const response = await fetch(verifier.url + target, {
    method: route.method,
    headers: {
      ...headersOf(route, sent.path),
      ...(sent.body === undefined ? {} : { 'content-type': sent.mediaType }),
    },
    ...(sent.body === undefined || route.method === 'GET'
      ? {}
      : { body: new Uint8Array(Buffer.from(sent.body)) }),
  });
  const { status, headers } = response;
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  if (sent.body !== undefined && (status < 400 || status === 404)) wholeBodies++;
  if (headers.get('content-type') === 'text/event-stream') {
    await response.body?.cancel();
    return null;
  }
  const text = await response.text();
  const lacking = SECURITY_HEADERS.filter((name) => headers.get(name) === null);
  if (lacking.length > 0) return `lacks ${lacking.join(', ')}`;
  if (status < 400) return null;
  const said = parsed(text);
  const known = Object.hasOwn(PROBLEMS, String(said['code']));
  const isProblem = headers.get('content-type') === 'application/problem+json';
  const right = known && isProblem && said['status'] === status && status < 500;
  return right ? null : `answers ${status} ${text.slice(0, 300)}`;
}

const SECURITY_HEADERS = [
  'cache-control',
  'content-security-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-request-id',
];

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

describe('every route', () => {
  it('answers whatever is sent by a coded problem or a success, never a fault', {
    timeout: 120_000 + EACH * 20_000,
  }, async () => {
    const wrong: string[] = [];
    for (const route of verifier.routes) {
      await fc
        .assert(
          fc.asyncProperty(requestsTo(route), async (sent) => {
            const found = await fault(route, sent);
            if (found === null) return;
            wrong.push(`${route.operationId} ${found}, sent ${JSON.stringify(sent).slice(0, 600)}`);
            throw new Error(found);
          }),
          { numRuns: EACH, endOnFailure: true },
        )
        .catch(() => {});
    }
    expect(wrong).toEqual([]);
    // Not all was refused at the door: requests that are whole reach what they are for.
    for (const status of [200, 400, 404]) expect.soft(statuses.get(status) ?? 0).toBeGreaterThan(0);
    expect(wholeBodies).toBeGreaterThan(0);
  });

  it('refuses a compressed body unread, however much it would grow to', { timeout: 120_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const codes: unknown[] = [];
    for (const route of verifier.routes) {
      if (route.body === undefined) continue;
      const path = route.path.replaceAll(/\{\w+\}/g, 'x');
      const mediaType = route.body.kind === 'json' ? 'application/json' : route.body.mediaTypes[0];
      const response = await fetch(verifier.url + path, {
        method: route.method,
        headers: { ...headersOf(route, path), 'content-type': mediaType, 'content-encoding': 'gzip' },
        body: bomb,
      });
      expect(response.status, route.operationId).toBeGreaterThanOrEqual(400);
      codes.push(parsed(await response.text())['code']);
    }
    // The others were refused before, for their credentials or the row that they name.
    expect(codes.filter((code) => code === 'unsupported_media_type').length).toBeGreaterThan(20);
  });
});
