import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Somebody else's token that is good now and bound to the key or certificate. */
export const tokenOfOther = statement(
  (db, hole: Hole<{ principalId: string; bound: string; nowMs: number }>) =>
    db
      .selectFrom('bearer_token')
      .innerJoin('principal', 'principal.id', 'bearer_token.principal_id')
      .select('bearer_token.id')
      .where((row) =>
        row.or([
          row('bearer_token.jkt', '=', hole('bound')),
          row('bearer_token.x5t_s256', '=', hole('bound')),
        ]),
      )
      .where('bearer_token.principal_id', '!=', hole('principalId'))
      .where('bearer_token.revoked_at_ms', 'is', null)
      .where('principal.disabled_at_ms', 'is', null)
      .where((row) =>
        row.or([
          row('bearer_token.expires_at_ms', 'is', null),
          row('bearer_token.expires_at_ms', '>', hole('nowMs')),
        ]),
      )
      .limit(1),
);

/** What the tokens of a principal are, or were, bound to. */
export const boundOfPrincipal = statement((db, hole: Hole<{ principalId: string }>) =>
  db
    .selectFrom('bearer_token')
    .select(['jkt', 'x5t_s256'])
    .distinct()
    .where('principal_id', '=', hole('principalId')),
);

/** Keys of browsers in which a principal may change something. */
export const browsersOfPrincipal = statement((db, hole: Hole<{ principalId: string }>) =>
  db
    .selectFrom('page_session')
    .select('jkt')
    .distinct()
    .where('principal_id', '=', hole('principalId'))
    .where('reads_only', '=', 0),
);
