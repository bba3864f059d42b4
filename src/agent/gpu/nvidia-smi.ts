import { AgentError } from '../errors.ts';
import type { ConfidentialComputing, InstalledGpu } from './port.ts';

/** As `nvidia-smi --help-query-gpu` names them, in the order in which {@link parseGpuList} reads them. */
export const QUERIED_FIELDS = [
  'index',
  'uuid',
  'serial',
  'name',
  'pci.bus_id',
  'driver_version',
  'vbios_version',
  'compute_cap',
] as const;

const MOST = 64;

/**
 * What `nvidia-smi --query-gpu=… --format=csv,noheader` prints: a line a GPU, its fields apart by a comma and a space. What
 * the driver does not know stands in brackets: `[N/A]`, `[Not Supported]`, `[Unknown Error]`.
 *
 * @throws AgentError `gpu_failed`
 */
export function parseGpuList(text: string): InstalledGpu[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0 || lines.length > MOST) throw unreadable(`${lines.length} lines`);
  return lines.map((line) => {
    const [index, uuid, serial, name, pciBusId, driverVersion, vbiosVersion, computeCapability, ...more] =
      line.split(',').map(known);
    const isNumber = index !== undefined && index !== null && /^\d{1,3}$/.test(index);
    if (!isNumber || !uuid || !name || !pciBusId || !driverVersion || more.length > 0) throw unreadable(line);
    return {
      index: Number(index),
      uuid,
      name,
      serial: serial ?? null,
      pciBusId,
      driverVersion,
      vbiosVersion: vbiosVersion ?? null,
      computeCapability: computeCapability ?? null,
    };
  });
}

/** Null for what the driver does not know; other bytes than ASCII's visible ones become question marks. */
function known(field: string): string | null {
  const text = field
    .trim()
    .replace(/[^ -~]/g, '?')
    .slice(0, 96);
  return text === '' || /^\[.*\]$/.test(text) ? null : text;
}

function unreadable(actual: string): AgentError {
  return new AgentError(
    'gpu_failed',
    'nvidia-smi does not print the list of GPUs that was asked for',
    'See what `nvidia-smi -L` says; reinstall the driver if it lists no GPU.',
    { actual: actual.slice(0, 200) },
  );
}

/**
 * What `nvidia-smi conf-compute -q` prints: lines such as `CC State : ON`, `Multi-GPU Mode : Protected PCIe` and
 * `CC GPUs Ready State : Ready`. Null where none of them is there: an older driver, or GPUs that know no such mode.
 */
export function parseConfidentialComputing(text: string): ConfidentialComputing | null {
  const lines = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 0
        ? []
        : [
            [
              line.slice(0, colon).trim(),
              line
                .slice(colon + 1)
                .trim()
                .toLowerCase(),
            ],
          ];
    }),
  );
  const state = lines.get('CC State') ?? lines.get('CC status');
  if (state === undefined) return null;
  const devtools = lines.get('DevTools Mode') === 'on';
  return {
    state: state === 'on' ? (devtools ? 'devtools' : 'on') : state === 'off' ? 'off' : null,
    multiGpu: multiGpuMode(lines.get('Multi-GPU Mode')),
    ready: readyState(lines.get('CC GPUs Ready State')),
  };
}

function multiGpuMode(said: string | undefined): ConfidentialComputing['multiGpu'] {
  return said === 'protected pcie' ? 'protected-pcie' : said === 'none' ? 'none' : null;
}

function readyState(said: string | undefined): boolean | null {
  return said === 'ready' ? true : said === 'not ready' ? false : null;
}
