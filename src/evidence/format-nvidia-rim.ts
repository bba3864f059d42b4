import { FormatError } from '../bytes/errors.ts';
import { type Certificate, pinnedAnchors } from '../pki/index.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { ocspResponses } from './nvidia/folder.ts';
import { verifyRim } from './nvidia/index.ts';
import { pinsOfRims } from './nvidia/pins.ts';
import { parseRim } from './nvidia/rim/parse.ts';

/** A reference integrity manifest of NVIDIA by itself: reference values, not evidence, and nothing is measured by it. */
export const NVIDIA_RIM: Format = { id: 'nvidia-rim', usesRoots: true, recognises, verify };

/** Where a SWID tag says that it is one. */
const HEAD_BYTES = 2048;

function recognises(files: EvidenceFolder): boolean {
  const [only, ...more] = files;
  if (only === undefined || more.length > 0) return false;
  const [name, bytes] = only;
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  return /\.xml$/i.test(name) && (/^NV_(?:GPU|SWITCH)_/.test(name) || head.includes('SoftwareIdentity'));
}

function verify(files: EvidenceFolder, { anchors, pins, at, collateral }: OfflineContext): OfflineFindings {
  const [rim] = files.values();
  if (rim === undefined) throw new EvidenceError('part_missing', 'there is no manifest');
  const { findings } = verifyRim({
    rim,
    // The root within a manifest is whoever's: it counts only as one that is pinned or named.
    anchors: [...anchors, ...pinnedAnchors(certificatesOf(rim), pinsOfRims(pins))],
    ocsp: ocspResponses(collateral),
    at,
  });
  return { findings, measured: null };
}

function certificatesOf(rim: Uint8Array): readonly Certificate[] {
  try {
    return parseRim(rim).chain;
  } catch (error) {
    // The verifier reads it too, and reports it.
    if (error instanceof FormatError) return [];
    throw error;
  }
}
