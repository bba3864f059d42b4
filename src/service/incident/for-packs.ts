import type { Told } from '../../policy/told.ts';
import { unreportedOfLicence } from '../../store/events/incidents.ts';
import type { View } from '../../store/port.ts';

/**
 * What rule packs are told of the incidents that concern a licence: which kinds nobody has reported yet, and since when. One
 * indexed read.
 */
export async function incidentsForPacks(
  view: View,
  licenceId: string,
): Promise<NonNullable<Told['incidents']>> {
  const rows = await view.all(unreportedOfLicence, { licenceId });
  const [oldest] = rows;
  return {
    unreported: [...new Set(rows.map(({ kind }) => kind))].sort(),
    oldestAt: oldest === undefined ? null : new Date(oldest.opened_at_ms),
  };
}
