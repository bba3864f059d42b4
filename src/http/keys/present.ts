import type { SigningKeyAnswer } from '../../protocol/signing-key.ts';
import { publishedUntil, stateAt } from '../../service/keys/schedule.ts';
import { sealingOf } from '../../service/sealing/sealing-keys.ts';
import type { SigningKeyTable } from '../../store/keys/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentKeys(rows: readonly SigningKeyTable[], at: Date): SigningKeyAnswer[] {
  return rows.map((row) => presentKey(rows, row, at));
}

function presentKey(rows: readonly SigningKeyTable[], row: SigningKeyTable, at: Date): SigningKeyAnswer {
  return {
    kid: row.kid,
    purpose: row.purpose,
    alg: row.alg,
    state: row.purpose === 'seal' ? sealingState(rows, row) : stateAt(rows, row, at.getTime()),
    createdAt: shownInstant(row.created_at_ms),
    activeFrom: shownInstantOrNull(row.active_from_ms),
    publishedUntil:
      row.purpose === 'seal' ? null : shownInstantOrNull(row.revoked_at_ms ?? publishedUntil(rows, row)),
    revokedAt: shownInstantOrNull(row.revoked_at_ms),
  };
}

function sealingState(
  rows: readonly SigningKeyTable[],
  { kid, revoked_at_ms }: SigningKeyTable,
): SigningKeyAnswer['state'] {
  if (revoked_at_ms !== null) return 'revoked';
  return sealingOf(rows)?.kid === kid ? 'signing' : 'retired';
}
