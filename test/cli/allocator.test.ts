import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ENTRY = resolve(import.meta.dirname, '../../src/cli/sextant.mjs');

/** Says of each program that begins in a process what it began with. */
const WITNESS = `
  const { pid, execArgv, argv, env } = process;
  process.stderr.write(JSON.stringify({ pid, execArgv, args: argv.slice(2), regions: env.MALLOC_ARENA_MAX ?? null }) + '\\n');`;

type Begun = {
  readonly pid: number;
  readonly execArgv: readonly string[];
  readonly args: readonly string[];
  readonly regions: string | null;
};

/** Everything that began in one process, the first first: by options of Node's own and by NODE_OPTIONS, whose is the witness. */
async function begun(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const { MALLOC_ARENA_MAX: _, MALLOC_ARENA_TEST: __, GLIBC_TUNABLES: ___, ...env } = process.env;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(WITNESS)}`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--stack-trace-limit=7', ENTRY, ...args],
    { env: { ...env, NODE_OPTIONS, ...settings } },
  );
  const lines = stderr.split('\n').filter((line) => line.startsWith('{"pid"'));
  return { stdout, all: lines.map((line): Begun => JSON.parse(line)) };
}

describe.runIf(process.platform === 'linux')('what a verifier takes its memory by', () => {
  it('begins anew as the same process, with the same arguments and options', async () => {
    const { stdout, all } = await begun(['serve', '--help']);
    const [first, second] = all;
    expect(all).toHaveLength(2);
    expect(first?.regions).toBeNull();
    expect(second).toEqual({ ...first, regions: '2' });
    expect(second).toMatchObject({ execArgv: ['--stack-trace-limit=7'], args: ['serve', '--help'] });
    expect(stdout).toContain('sextant serve');
  });

  it('begins once where it was told otherwise', async () => {
    const own = await begun(['serve', '--help'], { MALLOC_ARENA_MAX: '8' });
    expect(own.all.map(({ regions }) => regions)).toEqual(['8']);
    const tuned = await begun(['serve', '--help'], { GLIBC_TUNABLES: 'glibc.malloc.arena_max=4' });
    expect(tuned.all.map(({ regions }) => regions)).toEqual([null]);
  });

  it('begins once for whatever does not serve', async () => {
    expect((await begun(['--help'])).all.map(({ regions }) => regions)).toEqual([null]);
  });
});
