import { toHex } from '../../bytes/text.ts';
import type { NotPerformed } from '../check.ts';
import type { Verified } from '../verified.ts';
import type { NvidiaEvidence } from './evidence.ts';
import { type RimShelf, type SelectedRim, selectRim } from './rim/select.ts';
import { type RimComponent, rimNeeds } from './rim-id.ts';

export type Mismatch = {
  /** As manifests count: index i is block i + 1 of the report. */
  readonly index: number;
  /** Any of these would have done. */
  readonly expected: readonly string[];
  /** Null where the report has no such measurement. */
  readonly actual: string | null;
};

/**
 * How one component's measurements compare with NVIDIA's reference values. `unknown` is not `mismatch`: there is no manifest
 * for every VBIOS that ships, and then nothing was compared.
 */
export type RimVerdict = { readonly component: RimComponent; readonly rimId: string | null } & (
  | { readonly verdict: 'match'; readonly file: string; readonly compared: number }
  | {
      readonly verdict: 'mismatch';
      readonly file: string;
      readonly compared: number;
      readonly mismatches: readonly Mismatch[];
    }
  | { readonly verdict: 'unknown'; readonly reason: string }
);

export type MeasurementAppraisal = {
  readonly verdicts: readonly RimVerdict[];
  /** Indices for which two manifests both state values: an error in them, and no verdict. */
  readonly conflicts: readonly number[];
  /** What was not asked of the manifests that were used. */
  readonly notPerformed: readonly NotPerformed[];
  /** The first end among the manifests that were used; null where none was. */
  readonly validUntil: Date | null;
};

/** The video decoder's measurement: not to be compared while NVDEC0 is disabled. */
const NVDEC0_INDEX = 35;

/** Compares a verified report with the manifests of its driver and VBIOS (a switch: BIOS). */
export function appraiseMeasurements(
  evidence: Verified<NvidiaEvidence>,
  shelf: RimShelf,
): MeasurementAppraisal {
  const found = rimNeeds(evidence.chip, evidence.claims).map((need) => ({
    component: need.component,
    rimId: need.rimId,
    selected: selectRim(need, shelf),
  }));
  const conflicts = conflictsAmong(found.map(({ selected }) => selected));
  return {
    verdicts: found.map(({ component, rimId, selected }) => ({
      component,
      rimId,
      ...(conflicts.length === 0 || selected.rim === null
        ? verdictOf(evidence, selected)
        : { verdict: 'unknown', reason: `two manifests state values for index ${conflicts.join(', ')}` }),
    })),
    conflicts,
    notPerformed: found.flatMap(({ selected }) => (selected.rim === null ? [] : selected.notPerformed)),
    validUntil: earliestEnd(found.map(({ selected }) => selected)),
  };
}

function earliestEnd(selected: readonly SelectedRim[]): Date | null {
  const ends = selected.flatMap(({ rim }) => (rim === null ? [] : [rim.validUntil.getTime()]));
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

function conflictsAmong(selected: readonly SelectedRim[]): number[] {
  const [first, ...more] = selected.flatMap(({ rim }) => (rim === null ? [] : [rim.references]));
  if (first === undefined) return [];
  const conflicts: number[] = [];
  for (const index of first.keys())
    if (more.some((references) => references.has(index))) conflicts.push(index);
  return conflicts;
}

type Comparison =
  | Omit<Extract<RimVerdict, { readonly verdict: 'match' }>, 'component' | 'rimId'>
  | Omit<Extract<RimVerdict, { readonly verdict: 'mismatch' }>, 'component' | 'rimId'>
  | Omit<Extract<RimVerdict, { readonly verdict: 'unknown' }>, 'component' | 'rimId'>;

function verdictOf({ report, claims }: NvidiaEvidence, selected: SelectedRim): Comparison {
  if (selected.rim === null) return { verdict: 'unknown', reason: selected.reason };
  const { rim, file } = selected;
  const mismatches: Mismatch[] = [];
  let compared = 0;
  for (const [index, expected] of rim.references) {
    if (index === NVDEC0_INDEX && claims.nvdec0Enabled === false) continue;
    compared++;
    const measured = report.measurements[index];
    const actual = measured === undefined ? null : toHex(measured);
    if (actual === null || !expected.includes(actual)) mismatches.push({ index, expected, actual });
  }
  // A manifest that demands nothing would be matched by everything.
  if (compared === 0) return { verdict: 'unknown', reason: `${file} states no active value` };
  if (mismatches.length === 0) return { verdict: 'match', file, compared };
  return { verdict: 'mismatch', file, compared, mismatches };
}
