import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runTool } from '../../../src/agent/gpu/run-tool.ts';
import { standIns } from './stand-in.ts';

const LIMITS = { timeoutMs: 20_000, maxBytes: 1000 };
const run = (script: string, args: readonly string[] = [], limits = LIMITS) => {
  const folder = standIns({ tool: script });
  return runTool(join(folder, 'tool'), args, limits);
};

it('hands over arguments as they are, past every shell, and both outputs with the exit code', async () => {
  const outcome = await run('printf "%s|" "$@"; echo oh >&2; exit 3', ['a b', '$(id)', '; rm']);
  expect(outcome).toMatchObject({ ended: 'itself', exitCode: 3, stderr: 'oh\n' });
  expect(outcome.ended === 'itself' && outcome.stdout.toString()).toBe('a b|$(id)|; rm|');
});

it('says whether a program is missing or forbidden', async () => {
  expect(await runTool('nvidia-smi-that-nobody-has', [], LIMITS)).toEqual({ ended: 'not-found' });
  const folder = standIns({});
  expect(await runTool(folder, [], LIMITS)).toEqual({ ended: 'not-permitted' });
});

it('stops reading what has no end', async () => {
  expect(await run('yes', [], { ...LIMITS, maxBytes: 100_000 })).toEqual({ ended: 'too-much' });
});

it('kills at the deadline whatever the program started, and waits for none of it', async () => {
  const folder = standIns({ tool: 'sh -c \'echo $$ > "$0".child; exec sleep 300\' "$0" & wait' });
  const tool = join(folder, 'tool');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const outcome = runTool(tool, [], LIMITS);
  await expect.poll(() => readFileSync(`${tool}.child`, 'utf8')).toMatch(/^\d+\n$/);
  vi.advanceTimersByTime(LIMITS.timeoutMs);
  expect(await outcome).toEqual({ ended: 'overdue' });
  const child = Number(readFileSync(`${tool}.child`, 'utf8'));
  await expect.poll(() => isAlive(child)).toBe(false);
});

it('does not wait for what outlives a program that has answered', async () => {
  const outcome = await run('sleep 300 & echo $!');
  if (outcome.ended !== 'itself') throw new Error(outcome.ended);
  await expect.poll(() => isAlive(Number(outcome.stdout.toString()))).toBe(false);
});

/** A zombie, whose parent has yet to take note, is dead too. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
