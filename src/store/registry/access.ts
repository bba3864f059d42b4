import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { BearerTokenTable, PrincipalTable } from './tables.ts';

/** A token with its principal: all that authentication reads. */
export const tokenWithPrincipal = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('bearer_token')
    .innerJoin('principal', 'principal.id', 'bearer_token.principal_id')
    .select([
      'bearer_token.secret_hash',
      'bearer_token.scopes',
      'bearer_token.expires_at_ms',
      'bearer_token.revoked_at_ms',
      'bearer_token.last_used_at_ms',
      'bearer_token.jkt',
      'bearer_token.x5t_s256',
      'principal.id as principal_id',
      'principal.name',
      'principal.role',
      'principal.tenant',
      'principal.disabled_at_ms',
    ])
    .where('bearer_token.id', '=', hole('id')),
);

export const touchToken = statement((db, hole: Hole<{ id: string; atMs: number }>) =>
  db
    .updateTable('bearer_token')
    .set({ last_used_at_ms: hole('atMs') })
    .where('id', '=', hole('id')),
);

export const insertPrincipal = statement((db, hole: Hole<PrincipalTable>) =>
  db.insertInto('principal').values({
    id: hole('id'),
    name: hole('name'),
    role: hole('role'),
    tenant: hole('tenant'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    disabled_at_ms: hole('disabled_at_ms'),
    party_id: hole('party_id'),
  }),
);

export const principalById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('principal').selectAll().where('id', '=', hole('id')),
);

export const principalsAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('principal').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

export const anyPrincipal = statement((db) => db.selectFrom('principal').select('id').limit(1));

export const nameParty = statement((db, hole: Hole<{ id: string; partyId: string }>) =>
  db
    .updateTable('principal')
    .set({ party_id: hole('partyId') })
    .where('id', '=', hole('id')),
);

/** Whose people a tenant's principals are, those that were disabled included. */
export const partiesOfPrincipals = statement((db, hole: Hole<{ tenant: string }>) =>
  db
    .selectFrom('principal')
    .select('party_id')
    .distinct()
    .where('tenant', '=', hole('tenant'))
    .where('party_id', 'is not', null),
);

/** Changes no row when it is disabled already. */
export const disablePrincipal = statement((db, hole: Hole<{ id: string; atMs: number }>) =>
  db
    .updateTable('principal')
    .set({ disabled_at_ms: hole('atMs') })
    .where('id', '=', hole('id'))
    .where('disabled_at_ms', 'is', null),
);

export const insertToken = statement((db, hole: Hole<BearerTokenTable>) =>
  db.insertInto('bearer_token').values({
    id: hole('id'),
    principal_id: hole('principal_id'),
    secret_hash: hole('secret_hash'),
    scopes: hole('scopes'),
    label: hole('label'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    expires_at_ms: hole('expires_at_ms'),
    revoked_at_ms: hole('revoked_at_ms'),
    last_used_at_ms: hole('last_used_at_ms'),
    jkt: hole('jkt'),
    bind_until_ms: hole('bind_until_ms'),
    x5t_s256: hole('x5t_s256'),
  }),
);

export const tokenById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('bearer_token').selectAll().where('id', '=', hole('id')),
);

export const tokensAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('bearer_token')
    .selectAll()
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

/** Changes no row when it is revoked already. */
export const revokeToken = statement((db, hole: Hole<{ id: string; atMs: number }>) =>
  db
    .updateTable('bearer_token')
    .set({ revoked_at_ms: hole('atMs') })
    .where('id', '=', hole('id'))
    .where('revoked_at_ms', 'is', null),
);

/** Changes no row when it is bound already. */
export const bindToken = statement((db, hole: Hole<{ id: string; jkt: string }>) =>
  db
    .updateTable('bearer_token')
    .set({ jkt: hole('jkt'), bind_until_ms: null })
    .where('id', '=', hole('id'))
    .where('jkt', 'is', null),
);
