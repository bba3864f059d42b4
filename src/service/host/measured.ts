import { readStoredBoot } from '../../appraisal/boot/stored.ts';
import type { MeasuredState } from '../../appraisal/match.ts';
import { teeState } from '../../appraisal/tee-state.ts';
import { type PcrBanks, type PcrMap, parsePcrMap } from '../../evidence/tpm/index.ts';
import { anchorName } from '../trust/anchors-in-force.ts';

/** What the store keeps of a host's newest authentic submission, and of the root that it enrolled under. */
export type StoredMeasurements = {
  readonly kind: 'tpm' | 'tee';
  readonly ek_anchor: string | null;
  readonly pcrs: string | null;
  readonly firmware_version: string | null;
  readonly tee_state: string | null;
  readonly vtpm_pcrs: string | null;
  readonly boot_state: string | null;
  readonly tee_anchors: string | null;
};

/** Those measurements as appraisal compares them, and the roots that each part of them rests on. */
export type Measured = {
  readonly state: MeasuredState;
  /** Of what the host enrolled by: without one of these it proves nothing. */
  readonly restsOn: readonly string[];
};

/**
 * @param trusted whether a root (trust/anchors-in-force.ts) is trusted; a guest beside a TPM whose roots are not counts as not
 * shown
 * @returns null where the host has shown nothing yet of what it enrolled by
 */
export function readMeasured(
  stored: StoredMeasurements,
  trusted: (anchor: string) => boolean,
): Measured | null {
  const { kind, pcrs, firmware_version: firmwareVersion } = stored;
  const teeAnchors = JSON.parse(stored.tee_anchors ?? '[]') as readonly string[]; // what `submitEvidence` wrote
  const guest = readGuest(stored);
  if (kind === 'tee')
    return guest.tee === null ? null : { state: { tpm: null, ...guest }, restsOn: teeAnchors };
  if (pcrs === null || firmwareVersion === null || stored.ek_anchor === null) return null;
  const tpm = {
    pcrs: readBanks(pcrs),
    firmwareVersion: BigInt(`0x${firmwareVersion}`),
    ...readStoredBoot(stored.boot_state),
  };
  const shown = teeAnchors.every(trusted) ? guest : { tee: null, vtpm: null };
  return { state: { tpm, ...shown }, restsOn: [anchorName('tpm-ek', stored.ek_anchor)] };
}

function readGuest({
  tee_state: tee,
  vtpm_pcrs: pcrs,
}: StoredMeasurements): Pick<MeasuredState, 'tee' | 'vtpm'> {
  return {
    tee: tee === null ? null : teeState.parse(JSON.parse(tee)),
    vtpm: pcrs === null ? null : { pcrs: readBanks(pcrs) },
  };
}

function readBanks(text: string): PcrBanks {
  return parsePcrMap(JSON.parse(text) as PcrMap).banks; // as `toPcrMap` wrote it; parsed strictly again
}
