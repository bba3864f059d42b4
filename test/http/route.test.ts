import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ok } from '../../src/http/reply.ts';
import { bytesBody, route } from '../../src/http/route.ts';

const declaration = {
  method: 'POST',
  path: '/v1/things/{thingId}',
  operationId: 'postThing',
  summary: 'A thing',
  tag: 'Things',
  responses: { 200: { description: 'It.' } },
} as const;

describe('a route declaration', () => {
  it('hands handlers the caller of its scheme and what its schemas made', () => {
    const made = route({
      ...declaration,
      authorise: { scheme: 'host' },
      params: z.strictObject({ thingId: z.string() }),
      body: bytesBody(['text/csv'], 10, 'Rows.'),
      handle: async ({ caller, params, body, query }) => {
        // The assignments are the test: they compile only while the types are inferred.
        const types: [string, string, number, undefined] = [caller.jkt, params.thingId, body.length, query];
        return ok(types);
      },
    });
    expect(made.authorise.scheme).toBe('host');
  });

  it('does not compile without saying who may call it', () => {
    // @ts-expect-error `authorise` is missing
    const made = route({ ...declaration, handle: async () => ok(null) });
    expect(made.authorise).toBeUndefined();
  });

  it('does not compile with a scope that no table knows', () => {
    const made = route({
      ...declaration,
      // @ts-expect-error no such scope
      authorise: { scheme: 'bearer', scope: 'everything:write', effect: 'changes' },
      handle: async () => ok(null),
    });
    expect(made.path).toBe(declaration.path);
  });

  it('does not compile without saying whether it changes anything', () => {
    const made = route({
      ...declaration,
      // @ts-expect-error `effect` is missing
      authorise: { scheme: 'bearer', scope: 'devices:write' },
      handle: async () => ok(null),
    });
    expect(made.path).toBe(declaration.path);
  });
});
