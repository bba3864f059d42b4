import { formatInstant } from '../../bytes/instant.ts';
import type { BundleDevice } from '../../evidence/bundle/devices.ts';
import type { RimVerdict } from '../../evidence/nvidia/index.ts';
import type { ChipEvidence, MeasuredComponent } from '../../protocol/chip.ts';

export type Outcome = ChipEvidence['outcome'];

/** A device of a bundle as results show it. */
export function chipEvidenceOf(device: BundleDevice, outcome: Outcome): ChipEvidence {
  const { label, described, measurements } = device;
  return {
    item: label,
    outcome,
    identity: described?.identity ?? null,
    ueid: described?.ueid ?? null,
    model: described?.model ?? null,
    chip: described?.chip.chip ?? null,
    driverVersion: described?.claims.driverVersion ?? null,
    vbiosVersion: described?.claims.vbiosVersion ?? null,
    mode: described?.claims.mode ?? null,
    fwid: described?.fwid ?? null,
    measurements: measurements?.verdicts.map(componentOf) ?? [],
    validUntil: outcome === 'refused' ? null : endOf(device),
  };
}

function componentOf(verdict: RimVerdict): MeasuredComponent {
  const { component, rimId } = verdict;
  const common = { component, rimId, verdict: verdict.verdict };
  switch (verdict.verdict) {
    case 'match':
      return { ...common, mismatches: [], why: null };
    case 'mismatch':
      return {
        ...common,
        mismatches: verdict.mismatches.map(({ index, expected, actual }) => {
          return { index, expected: [...expected], actual };
        }),
        why: null,
      };
    case 'unknown':
      return { ...common, mismatches: [], why: verdict.reason };
  }
}

function endOf({ evidence, measurements }: BundleDevice): string | null {
  if (evidence === null) return null;
  const ends = [evidence.validUntil, ...(measurements?.validUntil ? [measurements.validUntil] : [])];
  return formatInstant(new Date(Math.min(...ends.map((end) => end.getTime()))));
}
