import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sextant } from '../cli/in-process.ts';

const project = resolve(import.meta.dirname, '../..');

/** Runs before the program and says, on standard error when it ends, every file that it loads and what Node had to look for. */
const WITNESS = `
  import { registerHooks } from 'node:module';
  const loaded = [], soughtFor = [];
  registerHooks({
    load: (url, context, next) => { loaded.push(url); return next(url, context); },
    resolve: (name, context, next) => { soughtFor.push(name); return next(name, context); },
  });
  process.on('exit', () => process.stderr.write('\\n' + JSON.stringify({ loaded, soughtFor }) + '\\n'));`;

/** Imports what serves, and says for which imports the program's own resolution differs from Node's. */
const COMPARISON = `
  import { registerHooks } from 'node:module';
  import { pathToFileURL } from 'node:url';
  import { resolution } from './src/cli/resolution.mjs';
  const quick = resolution(pathToFileURL('src/').href);
  const differing = [];
  const spared = [];
  let answered = 0;
  registerHooks({
    resolve: (name, context, next) => {
      const theirs = next(name, context);
      let asked = false;
      const ours = quick(name, context, () => { asked = true; return theirs; });
      if (!asked) answered++;
      if (name === '../locales/index.js' && ours.url !== theirs.url) spared.push(new URL(ours.url).pathname);
      else if (ours.url !== theirs.url || ours.format !== theirs.format) differing.push([name, ours, theirs]);
      return theirs;
    },
  });
  await import('./src/cli/serve/serve.ts');
  console.log(JSON.stringify({ differing, answered, spared }));`;

/** Fills the heap with what stays, and says how large V8 made the part of what is new. */
const YOUNG = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const kept = [];
  for (let i = 0; i < 400; i++) kept.push(new Array(8_192).fill(i));
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20);`;

/** What a command line loads until it ends: files below the project, and the packages of the others. */
async function loadedBy(...args: readonly string[]) {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(WITNESS)}`, 'src/cli/sextant.mjs', ...args],
    { cwd: project, env: { ...process.env, SEXTANT_TOKEN: 'none' } },
  ).catch((error: { stderr: string }) => error); // that nobody answers is no fault here
  const { loaded, soughtFor }: { loaded: string[]; soughtFor: string[] } = JSON.parse(
    stderr.trimEnd().split('\n').at(-1) ?? '',
  );
  const files = loaded
    .filter((url) => url.startsWith('file:'))
    .map((url) => relative(project, fileURLToPath(url)));
  const packages = files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  const sources = files.filter((file) => file.startsWith('src/'));
  return { sources, packages: [...new Set(packages)], soughtFor };
}

/** In what a start must not read: whatever verifies, measures, keeps or serves. */
const HEAVY = /^src\/(?:evidence\/(?!amd\/evidence\.ts)|appraisal|policy|record|collateral|store|http|forge)/;

describe('starting the command line', () => {
  it('loads no more for its help than what says it', async () => {
    const { sources, packages } = await loadedBy('--help');
    expect(packages).toEqual(['commander']);
    expect(sources.filter((file) => HEAVY.test(file))).toEqual([]);
    expect(sources).toContain('src/cli/main.ts');
    expect(sources.length).toBeLessThan(95);
  });

  it('finds its modules without asking the disk, each where Node finds it', async () => {
    const { soughtFor } = await loadedBy('--help');
    expect(soughtFor).toContain('commander');
    expect(soughtFor.filter((name) => name.startsWith('.') && name.endsWith('.ts'))).toEqual([]);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', COMPARISON],
      { cwd: project },
    );
    const { differing, answered, spared } = JSON.parse(stdout);
    expect(differing).toEqual([]);
    // What zod says in other languages (resolution.mjs).
    expect([...new Set(spared)]).toEqual([
      expect.stringMatching(/\/node_modules\/zod\/v4\/locales\/en\.js$/),
    ]);
    expect(answered).toBeGreaterThan(5_000);
  });

  it('loads for a question to a verifier what asks and shows it, and no schema before there is an answer', async () => {
    const { sources, packages } = await loadedBy('status', 'host', 'hst_1', '--url', 'http://127.0.0.1:1');
    expect(packages).toEqual(['commander', 'jose']);
    expect(sources.filter((file) => HEAVY.test(file))).toEqual([]);
    expect(sources).toContain('src/cli/client/transport.ts');
    expect(sources.length).toBeLessThan(105);
  });

  it('keeps what is new of the heap as small as it made it', async () => {
    const youngMb = async (...options: readonly string[]): Promise<number> => {
      const args = [...options, '--input-type=module', '--eval', YOUNG];
      return Number((await promisify(execFile)(process.execPath, args, { cwd: project })).stdout);
    };
    expect(await youngMb('--import', './src/cli/program.mjs')).toBe(8);
    expect(await youngMb()).toBeGreaterThan(16);
  });

  it('says its version before a command, and leaves --version to commands that have one', async () => {
    const { version } = JSON.parse(readFileSync(`${project}/package.json`, 'utf8'));
    expect(await sextant('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
    const help = await sextant('trust', 'import', '--version', '2', '/nowhere');
    expect([help.status, help.stderr]).toEqual([2, expect.stringContaining('cannot read /nowhere')]);
  });
});
