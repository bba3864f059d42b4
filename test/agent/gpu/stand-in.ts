import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of programs that stand in for NVIDIA's: shell scripts by name. */
export function standIns(scripts: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-gpu-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o700);
  }
  return folder;
}

/** As nvidia-smi 580 prints them on a host with two Hopper GPUs. */
export const LIST = [
  '0, GPU-5f1e2d3c-0001-4a5b-8c7d-001122334455, 1650000000001, NVIDIA H100 80GB HBM3, 00000000:19:00.0, 580.159.03, 96.00.74.00.20, 9.0',
  '1, GPU-5f1e2d3c-0002-4a5b-8c7d-001122334455, [N/A], NVIDIA H100 80GB HBM3, 00000000:3B:00.0, 580.159.03, 96.00.74.00.20, 9.0',
].join('\n');

export const confCompute = (state: string, multiGpu = 'None'): string =>
  [
    '==============NVSMI CONF-COMPUTE LOG==============',
    '',
    `    CC State                   : ${state}`,
    `    Multi-GPU Mode             : ${multiGpu}`,
    '    CPU CC Capabilities        : INTEL TDX',
    '    GPU CC Capabilities        : CC Capable',
    '    CC GPUs Ready State        : Ready',
  ].join('\n');

/** nvidia-smi with these answers. */
export const nvidiaSmi = (list = LIST, mode = confCompute('ON')): string =>
  `case "$1" in --query-gpu=*) cat <<'LIST'\n${list}\nLIST\n;; conf-compute) cat <<'MODE'\n${mode}\nMODE\n;; esac`;
