import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(project, path), 'utf8');

it('docs/licences.md names tests that there are', () => {
  const page = read('docs/licences.md');
  const rules = page.slice(page.indexOf('## Rules of the gate'), page.indexOf('## Not proven'));
  const named = [...rules.matchAll(/`((?:test|packs)\/[^`]+)` "([^"]+)"/g)].map(
    ([, path = '', title = '']) => {
      return { path, title, isThere: read(path).includes(title) };
    },
  );
  expect(named.filter(({ isThere }) => !isThere)).toEqual([]);
  const rows = rules.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Rule'));
  expect(rows.every((row) => row.includes('` "'))).toBe(true);
  expect(rows.length).toBeGreaterThan(10);
});
