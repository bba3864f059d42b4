import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { PageSessionTable } from './tables.ts';

export const insertPageSession = statement((db, hole: Hole<PageSessionTable>) =>
  db.insertInto('page_session').values({
    id: hole('id'),
    secret_hash: hole('secret_hash'),
    jkt: hole('jkt'),
    principal_id: hole('principal_id'),
    token_id: hole('token_id'),
    role: hole('role'),
    tenant: hole('tenant'),
    scopes: hole('scopes'),
    reads_only: hole('reads_only'),
    created_at_ms: hole('created_at_ms'),
    seen_at_ms: hole('seen_at_ms'),
    expires_at_ms: hole('expires_at_ms'),
  }),
);

/** A session with its principal and its token as they are now: all that its requests are admitted by. */
export const pageSessionWithPrincipal = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('page_session')
    .innerJoin('principal', 'principal.id', 'page_session.principal_id')
    .leftJoin('bearer_token', 'bearer_token.id', 'page_session.token_id')
    .select([
      'page_session.id',
      'page_session.secret_hash',
      'page_session.jkt',
      'page_session.principal_id',
      'page_session.role',
      'page_session.tenant',
      'page_session.scopes',
      'page_session.reads_only',
      'page_session.seen_at_ms',
      'page_session.expires_at_ms',
      'principal.name',
      'principal.role as present_role',
      'principal.tenant as present_tenant',
      'principal.disabled_at_ms',
      'bearer_token.revoked_at_ms as token_revoked_at_ms',
    ])
    .where('page_session.id', '=', hole('id')),
);

/** Never back: of two requests the later one counts. */
export const touchPageSession = statement((db, hole: Hole<{ id: string; atMs: number }>) =>
  db
    .updateTable('page_session')
    .set({ seen_at_ms: hole('atMs') })
    .where('id', '=', hole('id'))
    .where('seen_at_ms', '<', hole('atMs')),
);

/** Changes no row where it has ended before. */
export const deletePageSession = statement((db, hole: Hole<{ id: string }>) =>
  db.deleteFrom('page_session').where('id', '=', hole('id')),
);

/** Forgets what has run out. */
export const purgePageSessions = statement((db, hole: Hole<{ nowMs: number }>) =>
  db.deleteFrom('page_session').where('expires_at_ms', '<=', hole('nowMs')),
);
