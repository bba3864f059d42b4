import type { SigningKeyAnswer } from '../../protocol/signing-key.ts';
import { publishedUntil, type ScheduledKey, stateAt } from '../../service/keys/schedule.ts';
import type { SigningKeyTable } from '../../store/keys/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentKeys(rows: readonly SigningKeyTable[], at: Date): SigningKeyAnswer[] {
  return rows.map((row) => presentKey(rows, row, at));
}

function presentKey(rows: readonly ScheduledKey[], row: SigningKeyTable, at: Date): SigningKeyAnswer {
  return {
    kid: row.kid,
    purpose: row.purpose,
    alg: row.alg,
    state: stateAt(rows, row, at.getTime()),
    createdAt: shownInstant(row.created_at_ms),
    activeFrom: shownInstantOrNull(row.active_from_ms),
    publishedUntil: shownInstantOrNull(row.revoked_at_ms ?? publishedUntil(rows, row)),
    revokedAt: shownInstantOrNull(row.revoked_at_ms),
  };
}
