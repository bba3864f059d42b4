import { setFlagsFromString } from 'node:v8';
import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Run } from './run.ts';

/** The command line in this process, one at a time: a twentieth of what a process of its own costs. */
export async function sextant(...args: readonly string[]): Promise<Run> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      return true;
    }),
  );
  const before = process.exitCode;
  // Each command line adds its own, as its process's only one would: from the eleventh on Node warns on standard error.
  const listeners = process.stdout.listeners('error');
  process.exitCode = 0;
  try {
    const status = await main(args);
    return { status, ...written };
  } finally {
    process.exitCode = before;
    collectAsBefore();
    for (const added of process.stdout.listeners('error').filter((one) => !listeners.includes(one)))
      process.stdout.off('error', added as () => void); // listeners are functions
    for (const spy of spies) spy.mockRestore();
  }
}

/** What src/cli/audit/steady-memory.ts asked of V8 was for a process that ends with its command: by V8's own figures again. */
function collectAsBefore(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--heap-growing-percent=0');
}

/** The same with some environment variables set otherwise, until it ends. */
sextant.with = async (
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Run> => {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await sextant(...args);
  } finally {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
};
