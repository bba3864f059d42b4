import { tokenWithPrincipal, touchToken } from '../../store/registry/access.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Principal, ROLES, type Role } from '../principal.ts';
import { ROLE_SCOPES } from './scopes.ts';
import { matchesHash, tokenIdOf } from './token.ts';

/** How finely the last use of a token is kept: a write for every request would cost more than the request. */
const LAST_USED_STEP_MS = 3_600_000;

/** The same for whatever is wrong, so that answers do not tell which tokens exist. */
const REFUSED = 'no valid bearer token';

/**
 * Who holds the bearer token of an Authorization header. The store is asked every time, so that a revocation holds from
 * the next request on, in every process.
 *
 * @returns a function that throws RequestError `unauthenticated`
 */
export function bearerAuthenticator(
  context: Context,
): (authorization: string | undefined) => Promise<Principal> {
  return async (authorization) => {
    const token = bearerOf(authorization);
    const id = token === null ? null : tokenIdOf(token);
    if (token === null || id === null) throw new RequestError('unauthenticated', REFUSED);
    const row = await context.store.first(tokenWithPrincipal, { id });
    if (row === undefined || !matchesHash(token, row.secret_hash)) {
      throw new RequestError('unauthenticated', REFUSED);
    }
    const nowMs = context.clock().getTime();
    const ended =
      row.revoked_at_ms !== null ||
      row.disabled_at_ms !== null ||
      (row.expires_at_ms !== null && !(nowMs < row.expires_at_ms));
    if (ended) throw new RequestError('unauthenticated', 'the bearer token has expired or was revoked');
    if (!(nowMs - (row.last_used_at_ms ?? 0) < LAST_USED_STEP_MS)) touch(context, id, nowMs);
    const role = roleOf(row.role);
    return {
      id: row.principal_id,
      name: row.name,
      role,
      tenant: row.tenant,
      scopes: scopesOf(role, row.scopes),
    };
  };
}

function bearerOf(authorization: string | undefined): string | null {
  // RFC 9110, 11.1: the scheme's case does not matter.
  if (authorization === undefined || authorization.length > 256) return null;
  return /^bearer ([^ ]+)$/i.exec(authorization)?.[1] ?? null;
}

/** Not awaited: the answer does not wait for it, and what is lost is an hour's worth of coarse bookkeeping. */
function touch({ store, log }: Context, id: string, nowMs: number): void {
  const atMs = nowMs - (nowMs % LAST_USED_STEP_MS);
  store
    .write((tx) => tx.run(touchToken, { id, atMs }))
    .catch((error: unknown) => log.warn({ err: error }, 'last use of a token was not kept'));
}

function roleOf(text: string): Role {
  const role = ROLES.find((candidate) => candidate === text);
  if (role === undefined) throw new RequestError('unauthenticated', REFUSED);
  return role;
}

/** Scope lists are few and come with every request: each is split once. */
const known = new Map<string, ReadonlySet<string>>();
const MAX_KNOWN = 1_000;

/** What the token was given and its role still allows: a line shortened in the table shortens old tokens too. */
function scopesOf(role: Role, text: string): ReadonlySet<string> {
  const key = `${role} ${text}`;
  let scopes = known.get(key);
  if (scopes === undefined) {
    const allowed: readonly string[] = ROLE_SCOPES[role];
    scopes = new Set(text.split(' ').filter((scope) => allowed.includes(scope)));
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, scopes);
  }
  return scopes;
}
