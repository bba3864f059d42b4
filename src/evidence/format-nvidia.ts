import { FormatError } from '../bytes/errors.ts';
import { toHex } from '../bytes/text.ts';
import { type Certificate, pinnedAnchors, type TrustAnchor } from '../pki/index.ts';
import { CheckList } from './check.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { checkMeasurements } from './nvidia/check-measurements.ts';
import { readDeviceChain } from './nvidia/device-chain.ts';
import type { CollectedDevice } from './nvidia/device-json.ts';
import { checkDeclared, checkDistinct } from './nvidia/fleet.ts';
import { kindOfFiles, ocspResponses, readDevices } from './nvidia/folder.ts';
import type { NvidiaKind } from './nvidia/generation.ts';
import { appraiseMeasurements, type NvidiaDescription, verifyNvidiaDevice } from './nvidia/index.ts';
import { pinsOfDevices, pinsOfRims } from './nvidia/pins.ts';
import { parseRim } from './nvidia/rim/parse.ts';
import type { RimShelf } from './nvidia/rim/select.ts';
import { parseSpdmReport } from './nvidia/spdm-report.ts';
import { type NvidiaDeviceSummary, summarise } from './nvidia/summary.ts';

/**
 * Reports of NVIDIA GPUs, or of NVSwitches, one or several of a host: see nvidia/folder.ts for the names of the files. Every
 * device is judged, and each is judged by itself; reference manifests lie beside them or behind.
 */
export const NVIDIA_GPU: Format = formatOf('gpu');
export const NVIDIA_SWITCH: Format = formatOf('switch');

function formatOf(kind: NvidiaKind): Format {
  return {
    id: `nvidia-${kind}`,
    usesRoots: true,
    recognises: (files) => kindOfFiles(files) === kind,
    verify,
  };
}

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const collected = readDevices(files, context.collateral);
  if (collected === null)
    throw new EvidenceError('part_missing', 'the chain is missing', { path: 'chain.txt' });
  const beside = new Map([...context.collateral, ...files]);
  const shelf = shelfOf(beside, context);
  const checks = new CheckList();
  const several = collected.length > 1;
  const devices = collected.map((device, index) =>
    judge(checks, device, several ? `devices[${index}]` : 'device', shelf, context),
  );
  if (several) checkDistinct(checks, devices);
  return { findings: checks, measured: null, devices: devices.map(({ summary }) => summary) };
}

type Judged = {
  readonly where: string;
  readonly described: NvidiaDescription | null;
  readonly summary: NvidiaDeviceSummary;
};

function judge(
  checks: CheckList,
  device: CollectedDevice,
  where: string,
  shelf: RimShelf,
  { anchors, pins, at, nonce, strictness: policy }: OfflineContext,
): Judged {
  const own = new CheckList();
  const { findings, described, verified } = verifyNvidiaDevice({
    report: device.report,
    certificates: device.certificates,
    ocsp: shelf.ocsp,
    // A root that comes with the evidence is whoever's: it counts only as one that is pinned or named.
    anchors: [...anchors, ...pinnedAnchors(certificatesOf(device), pinsOfDevices(pins))],
    at,
    policy,
    where,
    ...(nonce === undefined ? {} : { nonce }),
  });
  own.add(findings);
  if (described !== null && (device.arch !== null || device.nonce !== null)) {
    checkDeclared(own, device, described, toHex(parseSpdmReport(device.report).requestNonce), where);
  }
  const authentic = verified !== null && own.passed;
  const appraised = verified === null ? null : appraiseMeasurements(verified, shelf);
  if (appraised !== null) checkMeasurements(own, appraised, policy, where);
  checks.add(own);
  return { where, described, summary: summarise(where, authentic, described, appraised?.verdicts ?? []) };
}

function shelfOf(files: EvidenceFolder, { anchors, pins, at }: OfflineContext): RimShelf {
  const found = [...files]
    .filter(([name]) => /\.xml$/i.test(name))
    .flatMap(([, bytes]) => orNone(() => parseRim(bytes).chain));
  const roots: readonly TrustAnchor[] = [...anchors, ...pinnedAnchors(distinct(found), pinsOfRims(pins))];
  return { files, anchors: roots, ocsp: ocspResponses(files), at };
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.sha256, certificate])).values()];
}

function certificatesOf({ certificates }: CollectedDevice): readonly Certificate[] {
  return orNone(() => readDeviceChain(certificates));
}

/** What cannot be read names no root; whoever verifies it reports why. */
function orNone(read: () => readonly Certificate[]): readonly Certificate[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}
