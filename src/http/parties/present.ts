import type { OwnedPartyAnswer, PartyAnswer, PartyVersionAnswer } from '../../protocol/party.ts';
import type { OwnedParty } from '../../service/registry/ownership.ts';
import { standingOf } from '../../service/registry/screening.ts';
import type { PartyVersionTable } from '../../store/registry/entity-tables.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentParty(row: PartyTable): PartyAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    reference: row.reference,
    ...said(row),
    version: row.version,
    standing: standingOf(row),
    listVersion: row.list_version,
    screenedOn: row.screened_on,
    clearUntil: shownInstantOrNull(row.clear_until_ms),
    standingReason: row.standing_reason,
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    leafIndex: row.leaf_index,
  };
}

export function presentOwnedParty({ row, ownership, parents }: OwnedParty): OwnedPartyAnswer {
  return {
    ...presentParty(row),
    ownership: {
      parents: parents.map((parent) => ({
        id: parent.id,
        legalName: parent.legal_name,
        country: parent.country,
        headquarters: parent.headquarters,
        standing: standingOf(parent),
      })),
      chainComplete: ownership.complete,
      gap: ownership.gap,
    },
  };
}

export function presentVersion(row: PartyVersionTable): PartyVersionAnswer {
  return {
    version: row.version,
    ...said(row),
    saidBy:
      row.ownership_role === 'exporter' || row.ownership_role === 'authority' ? row.ownership_role : null,
    reason: row.reason,
    changedBy: row.changed_by,
    at: shownInstant(row.at_ms),
    leafIndex: row.leaf_index,
  };
}

function said(row: PartyTable | PartyVersionTable) {
  return {
    legalName: row.legal_name,
    country: row.country,
    headquarters: row.headquarters,
    parentId: row.parent_id,
    ultimateParentId: row.ultimate_parent_id,
    ownUltimateParent: row.own_ultimate_parent === 1,
    source: row.ownership_source,
    dated: row.ownership_dated,
  };
}
