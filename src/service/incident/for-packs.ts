import type { PackInput } from '../../policy/packs/input.ts';
import { unreportedOfLicence } from '../../store/events/incidents.ts';
import type { View } from '../../store/port.ts';

const HOUR_MS = 3_600_000;

/**
 * What rule packs are told of the incidents that concern a licence: which kinds nobody has reported yet, and since when. One
 * indexed read; hours are rounded up, against whoever has not reported.
 */
export async function incidentsForPacks(
  view: View,
  licenceId: string,
  at: Date,
): Promise<NonNullable<PackInput['incidents']>> {
  const rows = await view.all(unreportedOfLicence, { licenceId });
  const [oldest] = rows;
  return {
    unreported: [...new Set(rows.map(({ kind }) => kind))].sort(),
    oldestUnreportedHours:
      oldest === undefined ? 0 : Math.max(0, Math.ceil((at.getTime() - oldest.opened_at_ms) / HOUR_MS)),
  };
}
