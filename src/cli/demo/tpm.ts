import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { akRecord } from '../../agent/ak-record.ts';
import { openDataFolder } from '../../agent/folder.ts';
import { DEFAULT_AK_HANDLE } from '../../agent/tpm/attestation-key.ts';
import type { TpmDevice } from '../../agent/tpm/port.ts';
import { toolsTpm } from '../../agent/tpm/tools.ts';
import { startSwtpm, swtpmAbsent } from '../../forge/swtpm.ts';
import { type EkCa, ekCaFromPem, makeEkCa } from '../../forge/tpm/ek-ca.ts';
import { SoftwareTpm, type SoftwareTpmState } from '../../forge/tpm/software-tpm.ts';
import { writeSecret } from '../secret-file.ts';

/** The TPM of the demonstration's host, and the root that the demonstration's store alone is told to trust. */
export type DemoTpm = {
  readonly device: TpmDevice;
  readonly rootPem: string;
  readonly description: string;
  readonly stop: () => Promise<void>;
};

/**
 * A real software TPM where swtpm is installed, otherwise one in this process; the same one at every start, since it is the
 * host's identity.
 */
export async function demoTpm(folder: string): Promise<DemoTpm> {
  const inProcess = join(folder, 'software-tpm.json');
  if (swtpmAbsent === null && !existsSync(inProcess)) return swtpm(folder);
  return softwareTpm(folder, inProcess);
}

async function swtpm(folder: string): Promise<DemoTpm> {
  const { tcti, ca, stop } = await startSwtpm({ state: join(folder, 'tpm') });
  const memory = akRecord(openDataFolder(join(folder, 'agent')));
  return {
    device: toolsTpm({ tcti, ak: { algorithm: 'ecc', handle: DEFAULT_AK_HANDLE, memory } }),
    rootPem: ca.rootPem + ca.issuerPem,
    description: 'a real software TPM 2.0 (swtpm), through tpm2-tools',
    stop,
  };
}

async function softwareTpm(folder: string, path: string): Promise<DemoTpm> {
  const ca = demoCa(join(folder, 'tpm-ca.pem'));
  const clock = (): Date => new Date();
  const saved = existsSync(path) ? readState(path) : undefined;
  const device = new SoftwareTpm({ ca, clock, ...(saved === undefined ? {} : { state: saved }) });
  writeSecret(path, JSON.stringify(device.state()));
  return {
    device,
    rootPem: ca.rootPem,
    description: `a TPM made in this process under a throwaway root (${swtpmAbsent ?? 'as at the first start'})`,
    stop: async () => {},
  };
}

function demoCa(path: string): EkCa {
  if (existsSync(path)) return ekCaFromPem(readFileSync(path, 'utf8'));
  const ca = makeEkCa(new Date());
  writeSecret(path, ca.toPem());
  return ca;
}

function readState(path: string): SoftwareTpmState {
  return JSON.parse(readFileSync(path, 'utf8')) as SoftwareTpmState; // written by softwareTpm, in a folder of mode 0700
}
