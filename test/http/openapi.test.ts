import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
});
afterAll(() => verifier.close());

type Operation = {
  operationId: string;
  security: unknown[];
  responses: object;
  parameters?: { name: string; required?: boolean }[];
};
type Document = {
  openapi: string;
  components: { schemas: object };
  paths: { [path: string]: { [method: string]: Operation } };
};

async function fetchDocument(): Promise<Document> {
  const { status, body } = await verifier.call('GET', '/openapi.json');
  expect(status).toBe(200);
  return body as Document; // its shape is what the tests below look at
}

describe('the OpenAPI document', () => {
  it('describes every route that is served, and no other', async () => {
    const { openapi, paths } = await fetchDocument();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => [method.toUpperCase(), path, operationId]),
    );
    const served = verifier.routes.map(({ method, path, operationId }) => [method, path, operationId]);
    expect(described.sort()).toEqual(served.sort());
  });

  it('says of every operation who may call it, its path parameters and its problems', async () => {
    const { paths } = await fetchDocument();
    for (const [path, item] of Object.entries(paths)) {
      for (const operation of Object.values(item)) {
        const isPublic = verifier.routes.some(
          ({ operationId, authorise }) =>
            operationId === operation.operationId && authorise.scheme === 'public',
        );
        expect(operation.security.length === 0).toBe(isPublic);
        expect(Object.keys(operation.responses)).toContain('default');
        for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
          expect(operation.parameters?.map((parameter) => parameter.name)).toContain(name);
        }
      }
    }
  });

  it('says that what changes something takes a proof and an Idempotency-Key, and what reads neither', async () => {
    const { paths } = await fetchDocument();
    const operations = new Map(
      Object.values(paths).flatMap((item) => Object.values(item).map((each) => [each.operationId, each])),
    );
    for (const { operationId, authorise } of verifier.routes) {
      if (authorise.scheme !== 'bearer') continue;
      const { security, parameters = [] } = operations.get(operationId) ?? {};
      const changes = authorise.effect === 'changes';
      const alone = JSON.stringify(security).includes('bearerToken');
      const header = parameters.find(({ name }) => name === 'Idempotency-Key');
      expect({ operationId, alone, required: header?.required }).toEqual({
        operationId,
        alone: !changes,
        required: changes ? true : undefined,
      });
    }
  });

  it('says a shape of six members and more once, under a name that something leads to', async () => {
    const { paths, components } = await fetchDocument();
    const seen = new Map<string, number>();
    const look = (part: unknown): void => {
      if (typeof part !== 'object' || part === null) return;
      const { properties, required } = part as { properties?: object; required?: string[] }; // of a schema
      if (properties !== undefined && Object.keys(properties).length >= 6) {
        const text = JSON.stringify({ properties, required });
        seen.set(text, (seen.get(text) ?? 0) + 1);
      }
      for (const member of Object.values(part)) look(member);
    };
    look({ paths, components });
    const again = [...seen].filter(([, times]) => times > 1).map(([text]) => text.slice(0, 100));
    expect(again).toEqual([]);
    const text = JSON.stringify({ paths, components });
    const names = Object.keys(components.schemas);
    expect(names.filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([]);
  });

  it('has no reference that leads nowhere', async () => {
    const document = await fetchDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, step) => (at as { [name: string]: unknown } | undefined)?.[step], document); // a walk
      expect(target, reference).toBeDefined();
    }
  });
});

describe('the key set', () => {
  it('holds the public halves and nothing private', async () => {
    const { body } = await verifier.call('GET', '/.well-known/jwks.json');
    const { keys } = body as { keys: { kid: string; d?: string }[] }; // the schema was checked
    const { clock, keys: ring } = verifier.context;
    expect(keys.map(({ kid }) => kid)).toEqual(ring.ear.published(clock()).map(({ kid }) => kid));
    expect(keys.map(({ kid }) => kid)).toContain(ring.ear.signing(clock()).kid);
    expect(keys.every((key) => !('d' in key))).toBe(true);
  });
});

describe('readiness', () => {
  it('asks the store, the keys and the log', async () => {
    expect((await verifier.call('GET', '/readyz')).body).toEqual({
      status: 'ready',
      checks: ['store', 'keys', 'log'].map((name) => ({ name, status: 'ok' })),
    });
  });
});
