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
  process.exitCode = 0;
  try {
    const status = await main(args);
    return { status, ...written };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
