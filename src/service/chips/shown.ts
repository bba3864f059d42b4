import type { HostEvidence } from '../../evidence/bundle/host-evidence.ts';
import type { Verified } from '../../evidence/verified.ts';
import type { Appraisal } from '../../protocol/appraisal.ts';
import { nvidiaAnchorNames } from '../trust/anchors-in-force.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { ShownChip } from './note.ts';
import type { ChipStanding } from './standing.ts';

/** GPUs and switches of a submission, and what they were judged by. */
export type JudgedChips = {
  /** Every chip that itself answered; none where the submission was refused. */
  readonly shown: readonly ShownChip[];
  /** What the evidence names, verified or not. */
  readonly named: readonly string[];
  /** Null where neither the host nor the submission has any. */
  readonly standing: ChipStanding | null;
};

/** The chips that answered in an accepted submission, and what is kept of each. */
export function shownChips(
  hostId: string,
  appraisal: Appraisal,
  trust: EffectiveTrust,
  verified: Verified<HostEvidence> | null,
): ShownChip[] {
  const anchors = JSON.stringify(nvidiaAnchorNames(trust));
  const answered = (verified?.devices ?? []).filter(({ evidence }) => evidence !== null);
  return answered.flatMap(({ label, kind, evidence }): ShownChip[] => {
    const chip = appraisal.devices.find((device) => device.chip?.item === label)?.chip;
    if (evidence === null || chip === undefined) return [];
    const { identity } = evidence;
    if (chip.outcome === 'refused') return [{ identity, kind, row: null }];
    const row = {
      chip_sha256: identity,
      host_id: hostId,
      kind,
      outcome: chip.outcome,
      evidence: JSON.stringify(chip),
      anchors,
      valid_until_ms: chip.validUntil === null ? null : Date.parse(chip.validUntil),
    };
    return [{ identity, kind, row }];
  });
}

/** Whether a chip that another host has freshly proven is seen here for the first time: both are then challenged at once. */
export function opensContest(shown: readonly ShownChip[], standing: ChipStanding | null): boolean {
  if (standing === null) return false;
  const { inventory, contests } = standing;
  return shown.some(
    ({ identity }) =>
      inventory.elsewhere.get(identity) === 'contested' &&
      !contests.some(({ chip_sha256 }) => chip_sha256 === identity),
  );
}
