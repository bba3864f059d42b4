import type { z } from 'zod';
import type { deletion, legalHold } from '../../protocol/retention.ts';
import type { ShownDeletion } from '../../service/retention/deletions.ts';
import type { LegalHoldTable } from '../../store/retention/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentLegalHold(row: LegalHoldTable): z.infer<typeof legalHold> {
  return {
    id: row.id,
    subject: row.subject,
    reason: row.reason,
    placedBy: row.placed_by,
    placedAt: shownInstant(row.placed_at_ms),
    liftedBy: row.lifted_by,
    liftedAt: shownInstantOrNull(row.lifted_at_ms),
    liftedReason: row.lifted_reason,
    leafIndex: row.leaf_index,
  };
}

export function presentDeletion(row: ShownDeletion): z.infer<typeof deletion> {
  return {
    leafIndex: row.leaf_index,
    class: row.class,
    at: shownInstant(row.at_ms),
    until: shownInstant(row.until_ms),
    count: row.count,
  };
}
