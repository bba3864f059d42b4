import type { DeletedItem } from '../../../record/audit/deletion.ts';
import {
  dropAppraisal,
  dropEvidence,
  dropPermits,
  dropPlace,
  dropSession,
  oldAppraisals,
} from '../../../store/retention/evidence.ts';
import { aged, type ReadAged } from './candidate.ts';

/** A session that was answered: submission, appraisal and what it was judged by, and what measured the place. */
export const agedEvidence: ReadAged = async (view, page) => {
  const rows = await view.all(oldAppraisals, aged(page));
  return rows.map((row) => {
    const { session_id: sessionId, evidence_digest: digest } = row;
    const items: DeletedItem[] = [['appraisal', sessionId, row.leaf_index]];
    if (row.place_leaf !== null) items.push(['location', sessionId, row.place_leaf]);
    return {
      at: { ms: row.at_ms, id: sessionId },
      items,
      about: [row.host_id, row.facility_id, row.answer, row.inputs, row.place_answer],
      neededBy: neededBy(row),
      remove: async (tx) => {
        await tx.run(dropPlace, { sessionId });
        await tx.run(dropPermits, { sessionId });
        await tx.run(dropAppraisal, { sessionId });
        await tx.run(dropSession, { sessionId });
        await tx.run(dropEvidence, { digest });
      },
    };
  });
};

type Needs = {
  readonly newest: string | null;
  readonly latch: string | null;
  readonly live_grant: string | null;
};

function neededBy({ newest, latch, live_grant }: Needs): string | null {
  if (newest !== null) return `host:${newest}`;
  if (latch !== null) return `hold:${latch}`;
  return live_grant === null ? null : `grant:${live_grant}`;
}
