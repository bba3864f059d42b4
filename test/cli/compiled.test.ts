import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../store/temporary.ts';

const ENTRY = resolve(import.meta.dirname, '../../src/cli/sextant.mjs');

it('writes what Node made of a verifier’s sources before it serves, however it ends', async () => {
  const folder = temporaryFolder();
  const compiled = join(folder, 'compiled');
  const { NODE_DISABLE_COMPILE_CACHE: _, ...env } = process.env;
  const verifier = spawn(
    process.execPath,
    [ENTRY, 'serve', '--data', join(folder, 'data'), '--port', '0', '--collateral', 'offline'],
    { env: { ...env, NODE_COMPILE_CACHE: compiled }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const gone = once(verifier, 'exit');
  onTestFinished(async () => {
    verifier.kill('SIGKILL');
    await gone;
  });
  const lines = createInterface({ input: verifier.stderr });
  for await (const line of lines) if (line.includes('serves on http://')) break;
  // At its end Node would write it as well: this one has none.
  verifier.kill('SIGKILL');
  expect(await gone).toEqual([null, 'SIGKILL']);
  expect(readdirSync(compiled, { recursive: true }).length).toBeGreaterThan(1_000);
});
