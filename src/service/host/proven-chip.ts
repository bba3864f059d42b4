import type { z } from 'zod';
import { chipEvidence } from '../../protocol/chip.ts';
import type { View } from '../../store/port.ts';
import { type AtOnce, whenThere } from '../at-once.ts';
import type { Context } from '../context.ts';
import { anchorsInForce } from '../trust/anchors-in-force.ts';
import { effectiveTrust } from '../trust/effective.ts';

/** What is asked of evidence that was whole when it was kept. */
const named = chipEvidence.pick({ chip: true, model: true }).strip();

function namedIn(evidence: string): z.infer<typeof named> {
  const said = JSON.parse(evidence) as z.infer<typeof named>; // what `shownChips` wrote
  return isName(said.chip) && isName(said.model) ? said : named.parse(said);
}

function isName(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

/** What the store knows of the chip that a device was declared by; nulls where no host shows it. */
export type ShownState = {
  /** The host at the device's own facility that showed the chip last. */
  readonly shown_host_id: string | null;
  readonly chip_outcome: 'attested' | 'unproven' | null;
  readonly chip_evidence: string | null;
  readonly chip_anchors: string | null;
  readonly chip_valid_until_ms: number | null;
  readonly trust_epoch: number | null;
  readonly epoch: number | null;
};

/** What a chip proves beside its host, under the roots that are trusted now. */
export type ProvenChip = {
  readonly outcome: 'attested' | 'unproven';
  /** `GH100`; null where a stored answer does not say. */
  readonly chip: string | null;
  /** The chip's certified name. */
  readonly model: string | null;
  readonly validUntil: Date | null;
};

/**
 * Reads what a chip proved in the newest accepted submission of the host that shows it. Whether that submission still counts
 * is the host's (`provenNow`). A root that fell, of devices or of manifests, takes what rested on it; manifests that came
 * since count with the next submission.
 */
export function provenChipNow(context: Context, view: View, state: ShownState): AtOnce<ProvenChip | null> {
  const {
    shown_host_id: host,
    chip_outcome: outcome,
    chip_evidence: evidence,
    chip_anchors: anchors,
  } = state;
  if (host === null || outcome === null || evidence === null || anchors === null) return null;
  const proven = (): ProvenChip => {
    const { chip, model } = namedIn(evidence);
    const until = state.chip_valid_until_ms;
    return { outcome, chip, model, validUntil: until === null ? null : new Date(until) };
  };
  if (state.epoch !== null && state.trust_epoch === state.epoch) return proven();
  return whenThere(effectiveTrust(context, view), (trust) => {
    const inForce = anchorsInForce(trust);
    const restsOn = JSON.parse(anchors) as readonly string[]; // what `shownChips` wrote
    return restsOn.length > 0 && restsOn.every((anchor) => inForce.has(anchor)) ? proven() : null;
  });
}
