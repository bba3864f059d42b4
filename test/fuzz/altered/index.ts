import type { Altered } from './altered.ts';
import { bundles, tpmFiles } from './hosts.ts';
import { grants, landmarkReceipts, logReceipts } from './records.ts';
import { azureVms, nitroDocuments, nvidiaDevices, nvidiaManifests } from './vendors.ts';

export { type Altered, altered } from './altered.ts';

/** What is signed of evidence and records, changed after it was: no change may be believed. */
export async function alteredTargets(): Promise<readonly Altered[]> {
  return [
    ...tpmFiles(),
    ...bundles(),
    ...nvidiaDevices(),
    ...nvidiaManifests(),
    ...nitroDocuments(),
    ...(await azureVms()),
    ...(await grants()),
    ...(await logReceipts()),
    ...landmarkReceipts(),
  ];
}
