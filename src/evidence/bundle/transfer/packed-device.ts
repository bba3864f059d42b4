import { concatBytes } from '../../../bytes/concat.ts';
import type { Findings } from '../../check.ts';
import type { NvidiaEvidence } from '../../nvidia/index.ts';
import { MEASUREMENT_BYTES } from '../../nvidia/spdm-report.ts';
import type { BundleDevice } from '../devices.ts';

/** A device whose 64 measurements travel as one piece: it is their number that costs, not their bytes. */
export type PackedDevice = Omit<BundleDevice, 'evidence' | 'findings'> & {
  readonly findings: Findings;
  readonly evidence: PackedEvidence | null;
};
type PackedEvidence = Omit<NvidiaEvidence, 'report'> & {
  readonly report: Omit<NvidiaEvidence['report'], 'measurements'> & { readonly measurements: Uint8Array };
};

export function packDevice({ evidence, findings, ...rest }: BundleDevice): PackedDevice {
  const { checks, notPerformed } = findings;
  return { ...rest, findings: { checks, notPerformed }, evidence: evidence === null ? null : pack(evidence) };
}

function pack({ report, ...rest }: NvidiaEvidence): PackedEvidence {
  return { ...rest, report: { ...report, measurements: concatBytes(report.measurements) } };
}

export function unpackEvidence({ report, ...rest }: PackedEvidence): NvidiaEvidence {
  const { measurements: packed } = report;
  const count = packed.length / MEASUREMENT_BYTES;
  const measurements = Array.from({ length: count }, (_, index) =>
    packed.subarray(index * MEASUREMENT_BYTES, (index + 1) * MEASUREMENT_BYTES),
  );
  return { ...rest, report: { ...report, measurements } };
}
