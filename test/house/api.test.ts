import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiDocument } from '../dashboard/api-document.ts';
import { routeRows } from './route-rows.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/api.md'), 'utf8');
const [, list = ''] = page.split('<!-- routes -->\n');
const written = (list.split('<!-- end -->')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));

describe('docs/api.md', () => {
  let served: readonly string[] = [];
  beforeAll(async () => {
    served = routeRows(await apiDocument());
  });

  it('lists every route that the verifier serves, in the words of the OpenAPI document', () => {
    expect(served.filter((row) => !written.includes(row))).toEqual([]);
  });

  it('lists no other, and none twice', () => {
    expect(written.filter((row) => !served.includes(row))).toEqual([]);
    expect(new Set(written).size).toBe(written.length);
  });
});
