import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sextant } from '../cli/in-process.ts';

const project = resolve(import.meta.dirname, '../..');

/** Runs before the program and names every file that it loads, on standard error when it ends. */
const WITNESS = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
  process.on('exit', () => process.stderr.write('\\n' + JSON.stringify(loaded) + '\\n'));`;

/** What a command line loads until it ends: files below the project, and the packages of the others. */
async function loadedBy(...args: readonly string[]) {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(WITNESS)}`, 'src/cli/sextant.mjs', ...args],
    { cwd: project, env: { ...process.env, SEXTANT_TOKEN: 'none' } },
  ).catch((error: { stderr: string }) => error); // that nobody answers is no fault here
  const urls: string[] = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
  const files = urls
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(project, fileURLToPath(url)));
  const packages = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  const sources = files.filter((file) => file.startsWith('src/'));
  return { sources, packages: [...new Set(packages)] };
}

/** In what a start must not read: whatever verifies, measures, keeps or serves. */
const HEAVY = /^src\/(?:evidence\/(?!amd\/evidence\.ts)|appraisal|policy|record|collateral|store|http|forge)/;

describe('starting the command line', () => {
  it('loads no more for its help than what says it', async () => {
    const { sources, packages } = await loadedBy('--help');
    expect(packages).toEqual(['commander']);
    expect(sources.filter((file) => HEAVY.test(file))).toEqual([]);
    expect(sources).toContain('src/cli/main.ts');
    expect(sources.length).toBeLessThan(90);
  });

  it('loads for a question to a verifier what asks and shows it, and no schema before there is an answer', async () => {
    const { sources, packages } = await loadedBy('status', 'host', 'hst_1', '--url', 'http://127.0.0.1:1');
    expect(packages).toEqual(['commander', 'jose']);
    expect(sources.filter((file) => HEAVY.test(file))).toEqual([]);
    expect(sources).toContain('src/cli/client/transport.ts');
    expect(sources.length).toBeLessThan(100);
  });

  it('says its version before a command, and leaves --version to commands that have one', async () => {
    const { version } = JSON.parse(readFileSync(`${project}/package.json`, 'utf8'));
    expect(await sextant('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
    const help = await sextant('trust', 'import', '--version', '2', '/nowhere');
    expect([help.status, help.stderr]).toEqual([2, expect.stringContaining('cannot read /nowhere')]);
  });
});
