import { createPublicKey, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Swtpm } from '../swtpm.ts';
import type { AkCa } from './ak-ca.ts';
import { claimedKeyOf } from './cvm.ts';
import type { AzureReport, ForgedAzureHardware } from './hardware.ts';
import { marshalClaims } from './hcl-report.ts';

/** What Azure reserves in the vTPMs of its VMs. */
const AK_HANDLE = '0x81000003';
const HCL_REPORT_INDEX = '0x01400001';
const AK_CERTIFICATE_INDEX = '0x01c101d0';
const AK_CERTIFICATE_INDEX_BYTES = 2048;
const OWNER_READS = 'ownerread|ownerwrite|authread';

export type FurnishOptions = {
  readonly hardware: ForgedAzureHardware;
  /** None: the index of the AK certificate stays undefined, as on some hosts. */
  readonly akCa?: AkCa;
};

/** What stands in the vTPM now, and the keys that stand for its owner's. */
export type Furnished = AzureReport & { readonly ak: KeyObject; readonly claims: Uint8Array };

/**
 * Makes a software TPM look like the vTPM of an Azure confidential VM: an attestation key where the paravisor keeps its own,
 * the report of forged hardware over claims that name it, and its certificate.
 */
export async function furnishAzureVtpm(tpm: Swtpm, { hardware, akCa }: FurnishOptions): Promise<Furnished> {
  await tpm.tool('tpm2_createek', '-c', 'ek.ctx', '-G', 'rsa');
  await tpm.tool(
    'tpm2_createak',
    ...[
      '-C',
      'ek.ctx',
      '-c',
      'ak.ctx',
      '-G',
      'rsa',
      '-g',
      'sha256',
      '-s',
      'rsassa',
      '-u',
      'ak.pem',
      '-f',
      'pem',
    ],
  );
  await tpm.tool('tpm2_evictcontrol', '-C', 'o', '-c', 'ak.ctx', AK_HANDLE);
  const ak = createPublicKey(Buffer.from(await tpm.read('ak.pem')));
  // This TPM's indices hold 2048 bytes: no room for Azure's padding, nor for a second key.
  const claims = marshalClaims({ ak: claimedKeyOf(ak), ek: null, vmUniqueId: 'software TPM' });
  const report = hardware.report(claims, { totalBytes: 0 });
  await store(tpm, HCL_REPORT_INDEX, report.hclReport);
  if (akCa !== undefined) {
    const index = new Uint8Array(AK_CERTIFICATE_INDEX_BYTES);
    index.set(akCa.certify(ak));
    await store(tpm, AK_CERTIFICATE_INDEX, index);
  }
  return { ...report, ak, claims };
}

async function store(tpm: Swtpm, index: string, bytes: Uint8Array): Promise<void> {
  await writeFile(join(tpm.folder, 'nv'), bytes);
  await tpm.tool('tpm2_nvdefine', '-C', 'o', '-s', `${bytes.length}`, '-a', OWNER_READS, index);
  await tpm.tool('tpm2_nvwrite', '-C', 'o', '-i', 'nv', index);
}
