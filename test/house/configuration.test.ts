import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { knownVariables, PROGRAMS } from '../../src/cli/configuration/variables.ts';
import { settingsTable } from './settings-table.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

describe('docs/configuration.md', () => {
  it.each(PROGRAMS.map((program) => [program.name, program] as const))(
    'has the settings of the %s as its code has them',
    (name, program) => {
      const [, table] = page.split(`<!-- settings: ${name} -->\n`);
      expect(table?.split('\n<!-- end -->')[0]).toBe(settingsTable(program));
    },
  );

  it('names every variable that counts', () => {
    expect(knownVariables().filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('settings', () => {
  it.each(PROGRAMS.map((program) => [program.name, program] as const))(
    'of the %s are named after their options, and no two alike',
    (_, { settings }) => {
      for (const [name, { flags }] of Object.entries(settings))
        expect(new Option(flags).attributeName()).toBe(name);
      const variables = Object.values(settings).map(({ variable }) => variable);
      expect(new Set(variables).size).toBe(variables.length);
    },
  );

  it('are all there is: whatever variable the sources read is known, and nothing else is', () => {
    const read = new Set<string>();
    for (const room of ['src', 'test', 'examples']) {
      for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(?:ts|mjs|js|sh|json|ya?ml|md)$|^prolog/.test(entry.name)) continue;
        const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
        for (const [name] of text.matchAll(/\bSEXTANT_[A-Z][A-Z_]*[A-Z]\b/g)) read.add(name);
      }
    }
    const known = new Set(knownVariables());
    expect([...read].filter((name) => !known.has(name) && !INVENTED.has(name))).toEqual([]);
    expect([...known].filter((name) => !read.has(name))).toEqual([]);
  });
});

/** Names that tests make up. */
const INVENTED = new Set([
  'SEXTANT_PROT',
  'SEXTANT_PORT_TCP',
  'SEXTANT_VERIFIER_SERVICE_HOST',
  'SEXTANT_QUITE_SOMETHING_ELSE',
]);
