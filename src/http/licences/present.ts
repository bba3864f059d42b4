import { conditionsOf } from '../../service/licence/conditions.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import { shownInstant } from '../instants.ts';
import type { LicenceAnswer } from './schema.ts';

export function presentLicence(row: LicenceTable): LicenceAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    status: row.status,
    conditions: conditionsOf(row.conditions).conditions,
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    leafIndex: row.leaf_index,
  };
}
