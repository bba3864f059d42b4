import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const COPIED = [
  'package.json',
  'tsconfig.json',
  'src',
  'certs',
  'packs',
  'README.md',
  'LICENSE',
  'SECURITY.md',
  'CHANGELOG.md',
];

/** `npm run types` checks the very same files: checking them here again would take ten times as long as emitting them. */
function emitWithoutChecking(path: string): void {
  const config: { compilerOptions: object } = JSON.parse(readFileSync(path, 'utf8'));
  const compilerOptions = { ...config.compilerOptions, noCheck: true };
  writeFileSync(path, JSON.stringify({ ...config, compilerOptions }));
}

/** The package as users get it: packed from a copy, unpacked among the dependencies, and run by the Node of this run. */
describe('the published package', () => {
  let work = '';
  let installed = '';
  const env = { ...process.env, PATH: `${join(project, 'node_modules/.bin')}:${process.env['PATH']}` };

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'sextant-package-'));
    const copy = join(work, 'copy');
    mkdirSync(copy);
    for (const name of COPIED)
      if (existsSync(join(project, name))) cpSync(join(project, name), join(copy, name), { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    emitWithoutChecking(join(copy, 'src/tsconfig.build.json'));
    execFileSync('npm', ['pack', '--silent'], { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const tarball = readdirSync(copy).find((name) => name.endsWith('.tgz')) ?? 'no tarball';

    // What npm does with a tarball, without asking a registry for the dependencies that stand here already.
    installed = join(work, 'user/node_modules/sextant');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(copy, tarball), '--strip-components=1', '-C', installed]);
    for (const name of readdirSync(join(project, 'node_modules'))) {
      if (!name.startsWith('.'))
        symlinkSync(join(project, 'node_modules', name), join(work, 'user/node_modules', name));
    }
  }, 300_000);

  afterAll(() => rmSync(work, { recursive: true, force: true }));

  it('runs its command line from emitted JavaScript', () => {
    expect(existsSync(join(installed, 'src/cli/main.ts'))).toBe(false);
    const help = execFileSync(process.execPath, [join(installed, 'src/cli/sextant.mjs'), '--help'], {
      encoding: 'utf8',
    });
    expect(help).toContain('Usage: sextant');
  });

  it('offers every library entry that it declares, with types', () => {
    const manifest: { exports: Record<string, { types: string; default: string } | string> } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    const entries = Object.entries(manifest.exports).filter(([name]) => name !== './package.json');
    for (const [, target] of entries) {
      if (typeof target === 'string') continue;
      expect(existsSync(join(installed, target.types))).toBe(true);
    }
    const present = entries.filter(([, target]) => typeof target !== 'string');
    const imports = present.map(([name]) => `import '${name.replace('.', 'sextant')}';`).join('\n');
    execFileSync(process.execPath, ['--input-type=module', '-e', imports], { cwd: join(work, 'user') });
    expect(present.length).toBeGreaterThan(0);
  });

  it('brings the page, built and compressed', () => {
    const html = readFileSync(join(installed, 'dist/page/index.html'), 'utf8');
    const script = /src="\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? 'no script';
    expect(existsSync(join(installed, 'dist/page', `${script}.br`))).toBe(true);
  });

  it('brings no Node of its own and no development dependency', () => {
    const manifest: Record<string, unknown> = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    expect(manifest['optionalDependencies']).toBeUndefined();
    expect(manifest['devDependencies']).toBeUndefined();
  });
});
