import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationsSource } from '../../src/dashboard/build/operations.ts';
import { schemaType } from '../../src/dashboard/build/schema-type.ts';
import { apiDocument } from '../dashboard/api-document.ts';

describe('the types that the page knows the interface by', () => {
  it('are those of the OpenAPI document; `npm run types:api` writes them anew', async () => {
    const written = readFileSync(
      resolve(import.meta.dirname, '../../src/dashboard/api/operations.ts'),
      'utf8',
    );
    // Compared as a whole, and not shown: a difference of one route would fill the screen.
    expect(written === operationsSource(await apiDocument())).toBe(true);
  });

  it('say what a schema says, and `unknown` where it says nothing', () => {
    const types = [
      { type: ['string', 'null'] },
      { enum: ['a', 1] },
      { type: 'array', items: { type: 'array', items: { type: 'integer' } } },
      { type: 'array', prefixItems: [{ type: 'number' }, { const: 'x' }] },
      { anyOf: [{ type: 'string' }, { type: 'string' }, { $ref: '#/components/schemas/__schema0' }] },
      { type: 'object', properties: { 'a-b': { type: 'boolean' } }, required: ['a-b'] },
      { type: 'object', additionalProperties: { type: 'string' } },
      {},
    ].map((schema) => schemaType(schema));
    expect(types).toEqual([
      'string | null',
      '"a" | 1',
      'readonly (readonly number[])[]',
      'readonly [number, "x"]',
      'string | Schema0',
      '{\n  readonly "a-b": boolean;\n}',
      '{ readonly [name: string]: string }',
      'unknown',
    ]);
  });
});
