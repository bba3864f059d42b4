import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunTool, toolRunner } from './run-tool.ts';

/** A private folder (0700) in which tools leave their files, and the tools. */
export type Scratch = {
  readonly run: RunTool;
  /** Writes a file (0600) for a tool to read. */
  readonly put: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly get: (name: string) => Promise<Uint8Array>;
};

/** Does `work` in a folder of its own, which is gone afterwards whatever happens. */
export async function withScratch<T>(tcti: string, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sextant-agent-'));
  try {
    return await work({
      run: toolRunner(tcti, folder),
      put: (name, bytes) => writeFile(join(folder, name), bytes, { mode: 0o600, flag: 'wx' }),
      get: async (name) => new Uint8Array(await readFile(join(folder, name))),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Empties the TPM's slots for transient objects that tools of this run left behind. Under the kernel's resource manager
 * they were gone with the process that made them; without one (a software TPM, /dev/tpm0) three of them fill the TPM.
 */
export async function flushTransient({ run }: Scratch): Promise<void> {
  await run('tpm2_flushcontext', ['--transient-object']);
}
