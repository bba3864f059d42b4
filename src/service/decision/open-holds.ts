import { everyOpenLatch, type OpenLatch, openLatchesAmong } from '../../store/attestation/latches.ts';
import type { View } from '../../store/port.ts';

/** Open latches by what they hold, as `<kind>:<id>`, the oldest of each first. */
export type OpenHolds = ReadonlyMap<string, readonly OpenLatch[]>;

/** Holds are few: where there are more than these, each decision looks for its own. */
const MAX_KEPT = 1_000;
/** Of as many databases as a process has open, and some. */
const MAX_STAMPS = 16;

const kept = new Map<string, OpenHolds | null>();

/**
 * All open latches, while they are few; null where they are not.
 *
 * @param stamp of the gate, as read in this snapshot or unit of work: every write to the table moves it
 */
export async function openHolds(view: View, stamp: string): Promise<OpenHolds | null> {
  const known = kept.get(stamp);
  if (known !== undefined) return known;
  const rows = await view.all(everyOpenLatch, { limit: MAX_KEPT + 1 });
  const found = rows.length > MAX_KEPT ? null : byHolder(rows);
  if (kept.size >= MAX_STAMPS) kept.clear();
  kept.set(stamp, found);
  return found;
}

/** Those on any of these ids, whatever kind of thing they name. */
export async function openHoldsAmong(view: View, ids: readonly string[]): Promise<OpenHolds> {
  return byHolder(await openLatchesAmong(view, ids));
}

function byHolder(rows: readonly OpenLatch[]): OpenHolds {
  return Map.groupBy(rows, ({ subject_kind: kind, subject_id: id }) => `${kind}:${id}`);
}
