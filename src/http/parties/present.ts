import type { PartyAnswer } from '../../protocol/registry.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentParty(row: PartyTable): PartyAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    legalName: row.legal_name,
    country: row.country,
    ultimateParentId: row.ultimate_parent_id,
    standing: row.standing as PartyAnswer['standing'], // written from that union alone
    clearUntil: shownInstantOrNull(row.clear_until_ms),
    standingReason: row.standing_reason,
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    leafIndex: row.leaf_index,
  };
}
