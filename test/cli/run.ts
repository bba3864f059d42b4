import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const entry = resolve(import.meta.dirname, '../../src/cli/sextant.mjs');

export type Run = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** The command line as a user runs it: a process of its own. */
export function sextant(...args: readonly string[]): Promise<Run> {
  return run({}, args);
}

/** The same with some environment variables set otherwise. */
sextant.with = (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Run> =>
  run(environment, args);

function run(environment: Readonly<Record<string, string>>, args: readonly string[]): Promise<Run> {
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [entry, ...args],
      { env: { ...process.env, NO_COLOR: '1', ...environment }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') fail(error);
        else done({ status: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}
