import { finding } from '../../record/audit/findings.ts';
import type { LeafMarks } from './leaf-marks.ts';
import type { Past } from './past.ts';
import type { RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

export type InventoryAudit = {
  /** The first leaf that was read. */
  readonly from: number;
  /** The leaf behind the last. */
  readonly size: number;
  readonly marks: LeafMarks;
  readonly past: Past;
  readonly tally: Tally;
};

const UNREAD = 'acts of the log could not be read';

/** Looks for what is kept, or in force, and stands in no act: the other direction of everything else. */
export async function checkInventory(
  inventory: NonNullable<RecordSource['inventory']>,
  { from, size, marks, past, tally }: InventoryAudit,
): Promise<void> {
  // An act that could not be read may be the one that is missed: nobody is accused for want of it.
  const isWhole = marks.opened === size - from;
  const inForce = new Set<string>();
  for await (const kept of inventory()) {
    switch (kept.kind) {
      case 'key':
        if (past.keys.has(kept.id)) tally.holds('keys.recorded');
        else if (!isWhole) tally.unchecked('keys.recorded', UNREAD, kept.id);
        else tally.found(finding('key.unrecorded', `key ${kept.id}`));
        break;
      case 'trust-input':
        inForce.add(kept.id);
        if (past.inForce.get(kept.id) === kept.digest) tally.holds('trust-inputs.recorded');
        else if (!isWhole) tally.unchecked('trust-inputs.recorded', UNREAD, kept.id);
        else
          tally.found(finding('trust-input.unrecorded', `trust input ${kept.id}`, { actual: kept.digest }));
        break;
      case 'appraisal':
      case 'decision':
        if (kept.leafIndex < from) break; // of a part of the log that was read before
        if (marks.take(kept.kind, kept.leafIndex)) tally.holds(`${kept.kind}s.recorded`);
        else if (kept.leafIndex < size && !marks.isOpened(kept.leafIndex)) {
          tally.unchecked(`${kept.kind}s.recorded`, UNREAD, kept.id);
        } else {
          const actual = `it names leaf ${kept.leafIndex}`;
          const name = kept.kind === 'appraisal' ? `session ${kept.id}` : `decision ${kept.id}`;
          tally.found(finding(`${kept.kind}.unrecorded`, name, { actual }));
        }
        break;
    }
  }
  for (const [id, digest] of past.inForce) {
    if (!inForce.has(id))
      tally.found(finding('trust-input.ended', `trust input ${id}`, { expected: digest }));
  }
}
