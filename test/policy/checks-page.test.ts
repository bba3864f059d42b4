import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { USAGE_CODES } from '../../src/ledger/index.ts';
import { usageReason } from '../../src/ledger/usage-reasons.ts';
import { DECISION_CODES, denyReason } from '../../src/policy/reasons.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/checks.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z0-9.-]+)` \| (\w+)/gm)];

/**
 * Ids as the source writes them: the first argument of what records a check, a constant called id, or what a question about a
 * certificate's path is told as (evidence/certificate-path.ts). The room of Intel's quotes has tables of them, and names nothing else so.
 */
function idsOfSource(): Set<string> {
  const files = ['evidence', 'location', 'appraisal', 'policy', 'record', 'service'].flatMap((room) =>
    readdirSync(join(root, 'src', room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  const calls = /(?:expect\w*|skip|compare|reading)\(\s*(?:checks,\s*)?'([a-z0-9-]+\.[a-z0-9.-]+)'/g;
  const constants = /\bconst id = '([a-z0-9-]+\.[a-z0-9.-]+)'/g;
  const paths = /\b(?:expired|chain|revocation): '([a-z0-9-]+\.[a-z0-9.-]+)'/g;
  const found = files.flatMap((text) => [calls, constants, paths].flatMap((ids) => [...text.matchAll(ids)]));
  for (const name of readdirSync(join(root, 'src/evidence/intel'))) {
    const text = readFileSync(join(root, 'src/evidence/intel', name), 'utf8');
    found.push(...text.matchAll(/'(intel\.[a-z0-9.-]+)'/g));
  }
  return new Set(found.flatMap(([, id]) => (id === undefined ? [] : [id])));
}

describe('docs/checks.md', () => {
  const listed = new Set(rows.flatMap(([, id]) => (id === undefined ? [] : [id])));

  it('lists every check that the source asks, and every reason of the gate', () => {
    const source = idsOfSource();
    expect(source.size).toBeGreaterThan(20);
    expect([...source].filter((id) => !listed.has(id))).toEqual([]);
    expect([...DECISION_CODES, ...USAGE_CODES].filter((code) => !listed.has(code))).toEqual([]);
  });

  it('lists nothing that the source does not ask, and nothing twice', () => {
    const source = new Set<string>([...idsOfSource(), ...DECISION_CODES, ...USAGE_CODES]);
    expect([...listed].filter((id) => !source.has(id))).toEqual([]);
    expect(rows).toHaveLength(listed.size);
  });

  it('knows every check that is explained to people', () => {
    const text = ['explain', 'explain-tee', 'explain-nvidia']
      .map((name) => readFileSync(join(root, `src/appraisal/${name}.ts`), 'utf8'))
      .join('\n');
    const explained = [...text.matchAll(/\[\s*'([a-z0-9-]+\.[a-z0-9.-]+)',/g)].map(([, id]) => id ?? '');
    expect(explained.length).toBeGreaterThan(15);
    expect(explained.filter((id) => !listed.has(id))).toEqual([]);
  });

  it('gives each reason its kind', () => {
    const kinds = new Map(rows.map(([, id, kind]) => [id, kind]));
    for (const code of DECISION_CODES) expect(kinds.get(code)).toBe(denyReason(code, 'x:y', '').kind);
    for (const code of USAGE_CODES) expect(kinds.get(code)).toBe(usageReason(code, 'x:y').kind);
  });
});
