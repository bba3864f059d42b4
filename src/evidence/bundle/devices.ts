import { CheckList, type Findings } from '../check.ts';
import { checkMeasurements } from '../nvidia/check-measurements.ts';
import { checkDistinct } from '../nvidia/fleet.ts';
import {
  appraiseMeasurements,
  type MeasurementAppraisal,
  type NvidiaDescription,
  type NvidiaEvidence,
  type NvidiaKind,
  type RimShelf,
  verifyNvidiaDevice,
} from '../nvidia/index.ts';
import type { Verified } from '../verified.ts';
import type { Item } from './cmw.ts';
import { NVIDIA_GPU_MEDIA_TYPE, parseNvidiaItem } from './nvidia-item.ts';
import type { NvidiaTrust } from './nvidia-trust.ts';
import { reading } from './reading.ts';

/** What a device's report proves. The report itself stands in the submission, and nobody needs it twice. */
export type DeviceEvidence = Omit<NvidiaEvidence, 'report'>;

/** What a bundle shows of one GPU or switch. */
export type BundleDevice = {
  readonly label: string;
  /** As the item's media type has it. */
  readonly kind: NvidiaKind;
  /** Every check of this device, `where` being the label, but for those that hold the bundle together. */
  readonly findings: Findings;
  /** What it says of itself, believed or not; null where it cannot be read. */
  readonly described: NvidiaDescription | null;
  /** Null unless the device itself answered this session's challenge under a trusted root. */
  readonly evidence: Verified<DeviceEvidence> | null;
  /** How it compares with NVIDIA's manifests; null where nothing is proven to have been measured. */
  readonly measurements: MeasurementAppraisal | null;
  /** Which of its certificates is revoked, where the very device answered and nothing else is wrong; else null. */
  readonly revoked: string | null;
};

export type DeviceDemand = {
  /** The commitment `gpu-nonce`: over the binding alone, 32 bytes. */
  readonly nonce: Uint8Array;
  readonly trust: NvidiaTrust;
  readonly at: Date;
};

/**
 * What ties a device's report to the bundle it came in. A report of another session, or one chip under two labels, is not one
 * device's fault: whoever put the bundle together says something untrue, and none of it is believed.
 */
const OF_THE_BUNDLE: ReadonlySet<string> = new Set(['nvidia.nonce', 'nvidia.nonce.sample']);

/**
 * Verifies the reports of GPUs and switches, each by itself. Everything that a single device can fail by stands with that
 * device; `nvidia.nonce`, `nvidia.nonce.sample` and `nvidia.devices.distinct` go to `checks`, which are the bundle's.
 */
export function verifyDevices(
  items: readonly Item[],
  { nonce, trust, at }: DeviceDemand,
  checks: CheckList,
): readonly BundleDevice[] {
  if (items.length === 0) return [];
  // One shelf for all: what the first device has verified of a manifest serves the others.
  const shelf = shelfOf(trust, at);
  const devices = items.map((item) => verifyDevice(item, { nonce, trust, at }, shelf, checks));
  checkDistinct(
    checks,
    devices.map(({ label, described }) => ({ where: label, described })),
  );
  return devices;
}

function verifyDevice(
  { label, mediaType, value }: Item,
  { nonce, trust, at }: DeviceDemand,
  shelf: RimShelf,
  checks: CheckList,
): BundleDevice {
  const kind = mediaType === NVIDIA_GPU_MEDIA_TYPE ? 'gpu' : 'switch';
  const own = new CheckList();
  const item = reading('nvidia.item.well-formed', own, () => parseNvidiaItem(value), label);
  const nothing = {
    label,
    kind,
    described: null,
    evidence: null,
    measurements: null,
    revoked: null,
  } as const;
  if (item === null) return { ...nothing, findings: own };
  const { findings, described, verified, revoked } = verifyNvidiaDevice({
    ...item,
    ocsp: trust.ocsp,
    anchors: trust.deviceAnchors,
    at,
    nonce,
    policy: 'gate',
    where: label,
  });
  own.add({ ...findings, checks: findings.checks.filter(({ id }) => !OF_THE_BUNDLE.has(id)) });
  checks.add({ notPerformed: [], checks: findings.checks.filter(({ id }) => OF_THE_BUNDLE.has(id)) });
  const named = described?.chip.kind ?? kind;
  const fits = described === null || own.expect('nvidia.item.kind', named === kind, kind, named, label);
  if (verified === null || !fits) {
    return { ...nothing, findings: own, described, revoked: fits ? revoked : null };
  }
  const measurements = appraiseMeasurements(verified, shelf);
  checkMeasurements(own, measurements, 'gate', label);
  return { ...nothing, findings: own, described, evidence: verified, measurements };
}

function shelfOf({ rims, rimAnchors, ocsp }: NvidiaTrust, at: Date): RimShelf {
  const files = new Map([...rims].map(([id, xml]) => [`${id}.xml`, xml]));
  return { files, anchors: rimAnchors, ocsp, at };
}
