import { dropDenials } from '../../../store/grants/denials.ts';
import { dropDecision, dropWeighed, oldDecisions } from '../../../store/retention/decisions.ts';
import { aged, type ReadAged } from './candidate.ts';

/** A decision with what it weighed, and what a host was told of it. Conditions of licences stay: there are few, and later decisions cite them too. */
export const agedDecisions: ReadAged = async (view, page) => {
  const rows = await view.all(oldDecisions, aged(page));
  return rows.map(({ id, at_ms: atMs, input_sha256: sha256, ...row }) => ({
    at: { ms: atMs, id },
    items: [['decision', id, row.leaf_index] as const],
    about: [row.licence_id, row.answer, row.weighed],
    neededBy: neededBy(row),
    remove: async (tx) => {
      await tx.run(dropDecision, { id });
      await tx.run(dropDenials, { decisionId: id });
      if (sha256 !== null) await tx.run(dropWeighed, { sha256, atMs });
    },
  }));
};

type Needs = {
  readonly grant_kept: string | null;
  readonly pending: string | null;
};

function neededBy({ grant_kept, pending }: Needs): string | null {
  if (grant_kept !== null) return `grant:${grant_kept}`;
  return pending === null ? null : `allocation:${pending}`;
}
