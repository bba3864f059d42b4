import type { PageSessionAnswer } from '../../protocol/page-session.ts';
import type { Context } from '../../service/context.ts';
import type { PageVisitor, Principal } from '../../service/principal.ts';
import { lifetimesOf } from '../../service/sign-in/lifetimes.ts';
import { sessionHashOf } from '../../service/sign-in/secret.ts';
import type { SignedIn } from '../../service/sign-in/with-token.ts';
import { shownInstant } from '../instants.ts';

export function presentOpened(context: Context, { row, value, principal }: SignedIn): PageSessionAnswer {
  return present(context, principal, {
    readsOnly: row.reads_only === 1,
    expiresAtMs: row.expires_at_ms,
    sessionHash: sessionHashOf(value),
  });
}

export function presentVisitor(context: Context, visitor: PageVisitor): PageSessionAnswer {
  return present(context, visitor, visitor.session);
}

function present(
  context: Context,
  { id, name, role, tenant, scopes }: Principal,
  { readsOnly, expiresAtMs, sessionHash }: Omit<PageVisitor['session'], 'id'>,
): PageSessionAnswer {
  return {
    principal: { id, name },
    role,
    tenant,
    scopes: [...scopes].sort(),
    readsOnly,
    expiresAt: shownInstant(expiresAtMs),
    idleSeconds: Math.floor(lifetimesOf(context).idleMs / 1000),
    sessionHash,
  };
}
