import { dropGrant, dropGrantHolds, oldGrants, spendPlace } from '../../../store/retention/decisions.ts';
import { aged, type ReadAged } from './candidate.ts';

/** A grant that has ended. Its place among the statuses is nobody's ever after, and what was said of it there stays. */
export const agedGrants: ReadAged = async (view, page) => {
  const rows = await view.all(oldGrants, aged(page));
  return rows.map(({ id, list, position, ...row }) => ({
    at: { ms: row.expires_at_ms, id },
    items: [['grant', id, row.leaf_index] as const],
    about: [row.licence_id, row.host_id, row.facility_id, row.devices],
    neededBy: row.newest === null ? null : `host:${row.host_id}`,
    remove: async (tx) => {
      await tx.run(dropGrantHolds, { id });
      await tx.run(dropGrant, { id });
      await tx.run(spendPlace, { list, position });
    },
  }));
};
