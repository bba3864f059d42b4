import type { NvidiaNeed } from '../../collateral/source.ts';
import type { CollateralTrust } from '../../collateral/trust.ts';
import type { EvidenceFolder } from '../../evidence/format.ts';
import { validateChain } from '../../evidence/nvidia/chain.ts';
import { readDeviceChain } from '../../evidence/nvidia/device-chain.ts';
import type { CollectedDevice } from '../../evidence/nvidia/device-json.ts';
import { kindOfFiles, readDevices } from '../../evidence/nvidia/folder.ts';
import { chipOf } from '../../evidence/nvidia/generation.ts';
import { rimNeeds } from '../../evidence/nvidia/index.ts';
import { pinsOfDevices } from '../../evidence/nvidia/pins.ts';
import { parseSpdmReport } from '../../evidence/nvidia/spdm-report.ts';
import { readClaims } from '../../evidence/nvidia/versions.ts';
import { PathError, pinnedAnchors } from '../../pki/index.ts';
import { UsageError } from '../failure.ts';

/** What evidence of NVIDIA's devices needs; null for files of something else. @throws UsageError, FormatError */
export function nvidiaNeed(files: EvidenceFolder, trust: CollateralTrust, at: Date): NvidiaNeed | null {
  if (kindOfFiles(files) === null) return null;
  const devices = (readDevices(files, new Map()) ?? []).map((device) => needOf(device, trust, at));
  if (devices.length === 0) throw new UsageError('unreadable', 'the chain of the device is missing');
  return {
    rimIds: [...new Set(devices.flatMap(({ rimIds }) => rimIds))],
    paths: devices.map(({ path }) => path),
  };
}

function needOf({ report, certificates }: CollectedDevice, trust: CollateralTrust, at: Date) {
  const chain = readDeviceChain(certificates);
  const anchors = [...trust.anchors, ...pinnedAnchors(chain, pinsOfDevices(trust.pins))];
  const path = validateChain(chain, anchors, at);
  if (path instanceof PathError) {
    throw new UsageError(
      'unreadable',
      `the chain of a device leads to no trusted root (${path.code})`,
      'Name a root of your own with --roots.',
    );
  }
  const chip = chipOf(chain[1]);
  const needs = chip === null ? [] : rimNeeds(chip, readClaims(parseSpdmReport(report).opaque, chip.kind));
  return { path, rimIds: needs.flatMap(({ rimId }) => rimId ?? []) };
}
