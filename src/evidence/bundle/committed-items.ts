import { equalBytes } from '../../bytes/equal.ts';
import type { Item } from './cmw.ts';
import { type CommitmentPurpose, commitment } from './commitment.ts';
import { BINDING_LABEL, type Stage, stageOf } from './labels.ts';

/** The items to which evidence of a stage commits beside the binding. */
export function itemsBefore(stage: Stage, items: readonly Item[]): Item[] {
  return items.filter(
    ({ label, mediaType }) => label !== BINDING_LABEL && (stageOf(mediaType) ?? stage) < stage,
  );
}

/**
 * Which of `before` a commitment is made over, beside this very binding: all, none, all but one, or one alone; null where it
 * is none of these. What was changed or left out a hash does not tell.
 */
export function committedItems(
  purpose: CommitmentPurpose,
  actual: Uint8Array,
  binding: Uint8Array,
  before: readonly Item[],
): readonly Item[] | null {
  const candidates = [
    before,
    [],
    ...before.map((left) => before.filter((item) => item !== left)),
    ...before.map((kept) => [kept]),
  ];
  return candidates.find((some) => equalBytes(actual, commitment(purpose, binding, some))) ?? null;
}

/** Labels, as people read them. */
export function listed(items: readonly Item[]): string {
  return [BINDING_LABEL, ...items.map(({ label }) => label).sort()].join(', ');
}
