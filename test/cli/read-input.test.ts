import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../src/cli/read-input.ts';

const module = resolve(import.meta.dirname, '../../src/cli/read-input.ts');

describe('what a person names as input', () => {
  it('is read to its end from a pipe that blocks nobody and is written late', async () => {
    // Asking for process.stdin makes the pipe non-blocking, as npx does for whatever it starts.
    const program = `import { readInput } from ${JSON.stringify(module)}; process.stdin; process.stdout.write(readInput('-'));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const output = text(child.stdout);
    await wait(300);
    child.stdin.write('first, ');
    await wait(100);
    child.stdin.end('then second');
    expect(await output).toBe('first, then second');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });

  it('is named with the reason why it cannot be read', () => {
    expect(() => readInput('/nonexistent/file')).toThrow(
      expect.objectContaining({ code: 'unreadable', message: expect.stringContaining('/nonexistent/file') }),
    );
  });
});
