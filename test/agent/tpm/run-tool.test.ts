import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type RunTool, toolRunner } from '../../../src/agent/tpm/run-tool.ts';

/** A program that stands in for one of tpm2-tools, and a runner that finds it in the folder where both work. */
function standIn(script: string, timeoutMs?: number): { run: RunTool; program: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-tool-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'tpm2_stand_in');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o700);
  return { run: toolRunner('swtpm:path=/x', folder, timeoutMs), program, folder };
}

it('asks a busy TPM again', async () => {
  const { run, program, folder } = standIn(
    'echo x >> tries; [ "$(wc -l < tries)" -ge 3 ] && exit 0; echo "ERROR: Esys_Quote(0x922) - tpm:warn(2.0): retry" >&2; exit 1',
  );
  await run(program, []);
  expect(readFileSync(join(folder, 'tries'), 'utf8')).toBe('x\nx\nx\n');
});

it('does not ask again after a refusal', async () => {
  const { run, program, folder } = standIn(
    'echo x >> tries; echo "ERROR: Esys_Quote(0x921) - lockout" >&2; exit 1',
  );
  await expect(run(program, [])).rejects.toMatchObject({ code: 'tpm_lockout' });
  expect(readFileSync(join(folder, 'tries'), 'utf8')).toBe('x\n');
});

it('hands over arguments as they are, past every shell, and says which TPM is meant', async () => {
  const { run, program } = standIn('printf "%s|" "$@" "$TPM2TOOLS_TCTI"');
  const output = await run(program, ['a b', '$(id)', '; rm', '*']);
  expect(output.toString()).toBe('a b|$(id)|; rm|*|swtpm:path=/x|');
});

it('ends a tool that does not end', async () => {
  const { run, program } = standIn('exec sleep 60', 100);
  await expect(run(program, [])).rejects.toMatchObject({ code: 'tpm_timeout' });
});

it('names the package of a tool that is not there', async () => {
  const { run } = standIn('');
  await expect(run('tpm2_that_nobody_has', [])).rejects.toMatchObject({
    code: 'tool_missing',
    mend: expect.stringContaining('tpm2-tools'),
  });
});
