import type { MeasuredState } from '../../appraisal/match.ts';
import { type PcrMap, parsePcrMap } from '../../evidence/tpm/index.ts';

/** What the store keeps of a host's newest authentic submission. */
export type StoredMeasurements = { readonly pcrs: string; readonly firmwareVersion: string };

/** Those measurements, as appraisal compares them. */
export function readMeasured({ pcrs, firmwareVersion }: StoredMeasurements): MeasuredState {
  const { banks } = parsePcrMap(JSON.parse(pcrs) as PcrMap); // as `toPcrMap` wrote it; parsed strictly again
  const tpm = { pcrs: banks, firmwareVersion: BigInt(`0x${firmwareVersion}`) };
  return { tpm, tee: null, vtpm: null };
}
