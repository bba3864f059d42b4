import { join } from 'node:path';
import { openDataFolder } from '../../../agent/folder.ts';
import { type HostRecord, readHostRecord } from '../../../agent/records.ts';
import { useProxyOf } from '../../../agent/verifier/proxy.ts';
import { SextantError } from '../../../bytes/errors.ts';
import type { Endpoint } from '../../../location/probe/index.ts';
import { type Finding, ok, skipped } from '../../doctor/finding.ts';
import { dataFolder } from '../../settings.ts';
import type { AgentSettings } from '../settings.ts';
import { checkEvidence } from './evidence.ts';
import { existingFolder, failed, room } from './folder.ts';
import { checkGpus } from './gpus.ts';
import { checkLandmarks } from './landmarks.ts';
import { checkVerifier } from './verifier.ts';

/**
 * Looks at a host as its agent would use it, before it enrols or meanwhile: what vouches for it, its GPUs, the ways to its verifier and
 * to landmarks. Makes no key and no folder, and sends nobody anything of this host.
 */
export async function checkHost(settings: AgentSettings, landmarks: readonly Endpoint[]): Promise<Finding[]> {
  const undo = useProxyOf(process.env);
  try {
    const data = settings.data ?? join(dataFolder(undefined), 'agent');
    const { folder, host } = readFolder(data);
    return [
      folder,
      room(data),
      enrolled(host),
      ...(await checkVerifier(settings, host)),
      ...(await checkEvidence(settings)),
      ...(await checkGpus(settings.gpus)),
      ...(await checkLandmarks(landmarks)),
    ];
  } finally {
    undo();
  }
}

function readFolder(path: string): { readonly folder: Finding; readonly host: HostRecord | null } {
  const id = 'data.folder';
  const absent = existingFolder(path);
  if (absent !== null) return { folder: absent, host: null };
  try {
    return { folder: ok(id, `${path}, nobody else's to enter`), host: readHostRecord(openDataFolder(path)) };
  } catch (error) {
    if (error instanceof SextantError) return { folder: failed(id, error), host: null };
    throw error;
  }
}

function enrolled(host: HostRecord | null): Finding {
  if (host === null) return skipped('enrolled', 'not yet: sextant agent enrol');
  return ok('enrolled', `as ${host.hostId} at ${host.verifier}, by ${host.evidence ?? 'tpm'}`);
}
