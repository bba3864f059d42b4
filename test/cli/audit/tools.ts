import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** What an auditor has who has nothing of ours. */
const PROGRAMS = ['tpm2_checkquote', 'openssl', 'jq', 'sha256sum'] as const;
const absent = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);

/** A suite that runs other people's programs: reported as skipped, with what is absent. */
export function describeWithTools(name: string, suite: () => void): void {
  if (absent.length === 0) {
    describe(name, suite);
    return;
  }
  const why = `${absent.join(', ')} not installed (Debian: tpm2-tools openssl jq)`;
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`required here: ${why}`);
  describe.skip(`${name} (skipped: ${why})`, () => {});
}

/** Runs a command line in a folder, as a README says it; its status and what it printed. */
export function shell(
  folder: string,
  command: string,
): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}
