import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, fromUtf8 } from '../../../src/bytes/text.ts';
import type { EvidenceFolder } from '../../../src/evidence/format.ts';
import { type NvidiaDeviceResult, verifyNvidiaDevice } from '../../../src/evidence/nvidia/index.ts';
import {
  anchorFromCertificate,
  parseCertificate,
  parsePem,
  parsePinFile,
  type TrustAnchor,
} from '../../../src/pki/index.ts';
import { vector, vectorsFolder } from '../../vectors.ts';

const pinFile: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../certs/nvidia.json'), 'utf8'),
);
export const NVIDIA_PINS = parsePinFile(pinFile).pins;

export const JUNE_2024 = new Date('2024-06-01T00:00:00Z');
export const JUNE_2026 = new Date('2026-06-01T00:00:00Z');

/** Lone devices, as folders of report.txt and chain.txt. */
export const LONE = ['hopper-535', 'hopper-580', 'blackwell-575', 'switch-ls10'] as const;
export type LoneName = (typeof LONE)[number] | 'hopper-bad-signature' | 'hopper-trailing-byte';

export type Genuine = { readonly report: Uint8Array; readonly certificates: readonly Uint8Array[] };

export function genuine(name: LoneName): Genuine {
  return {
    report: fromHex(fromUtf8(vector(`nvidia/${name}/report.txt`), 'report').trim(), 'report'),
    certificates: parsePem(fromUtf8(vector(`nvidia/${name}/chain.txt`), 'chain')),
  };
}

export function rim(name: string): Uint8Array {
  return vector(`nvidia/rim/${name}.xml`);
}

export function folder(path: string): EvidenceFolder {
  const names = readdirSync(join(vectorsFolder ?? '', 'nvidia', path));
  return new Map(names.map((name) => [name, vector(join('nvidia', path, name))]));
}

export function rootOf(file: 'device_root.pem' | 'rim_root.pem'): readonly TrustAnchor[] {
  const pems = parsePem(fromUtf8(vector(`nvidia/roots/${file}`), file));
  return pems.map((der) => anchorFromCertificate(parseCertificate(der)));
}

type Options = Partial<Parameters<typeof verifyNvidiaDevice>[0]>;

export function verify(device: Genuine, options: Options = {}): NvidiaDeviceResult {
  return verifyNvidiaDevice({
    ...device,
    anchors: rootOf('device_root.pem'),
    at: JUNE_2026,
    policy: 'authenticity',
    ...options,
  });
}

export function failed({ findings }: Pick<NvidiaDeviceResult, 'findings'>): string[] {
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

export function flipped(bytes: Uint8Array, offset: number, mask = 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ mask;
  return copy;
}
