import { suspensionCause } from '../../protocol/status.ts';
import { conditionsOf } from '../../service/licence/conditions.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { LicenceStandingTable } from '../../store/events/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import type { LicenceAnswer } from './schema.ts';

/** @param standing how it stood at the last look; absent before the first */
export function presentLicence(
  row: LicenceTable,
  standing: Pick<LicenceStandingTable, 'suspends_at_ms' | 'cause'> | undefined,
): LicenceAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    status: row.status,
    conditions: conditionsOf(row.conditions).conditions,
    suspendsAt: row.status === 'active' ? shownInstantOrNull(standing?.suspends_at_ms ?? null) : null,
    cause: standing?.cause == null ? null : suspensionCause.parse(JSON.parse(standing.cause)),
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    leafIndex: row.leaf_index,
  };
}
