import { tokenWithPrincipal, touchToken } from '../../store/registry/access.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { requireCertificate, type ShownCertificate } from './certificate.ts';
import { roleOf, scopesOf } from './held-scopes.ts';
import { unknownToken } from './refusals.ts';
import { SeenTokens } from './seen-tokens.ts';
import { matchesHash, tokenIdOf } from './token.ts';

/** How finely the last use of a token is kept: a write for every request would cost more than the request. */
const LAST_USED_STEP_MS = 3_600_000;

/** Compared with where there is no such token: the answer takes as long. */
const NOBODY = '0'.repeat(64);

/** Of this process. */
const seenTokens = new SeenTokens();

export type Holder = NonNullable<Awaited<ReturnType<typeof rowOf>>> & { readonly id: string };

/**
 * The token that a text is, with its principal.
 * @param certificate that the request's connection showed
 * @throws RequestError `unauthenticated` where it is none, has expired or was revoked; as `requireCertificate` where it is bound
 *   to a certificate
 */
export async function holderOf(
  context: Context,
  token: string,
  certificate: ShownCertificate | undefined,
): Promise<Holder> {
  const seen = seenTokens.get(token);
  const id = seen === undefined ? tokenIdOf(token) : seen.id;
  const row = id === null ? undefined : await rowOf(context, id);
  // Whoever presents a token that was seen has nothing to learn from how long a comparison takes.
  const matches =
    (seen !== undefined && seen.secretHash === row?.secret_hash) ||
    matchesHash(token, row?.secret_hash ?? NOBODY);
  if (id === null || row === undefined || !matches) throw unknownToken();
  if (seen === undefined) seenTokens.keep(token, { id, secretHash: row.secret_hash });
  const now = context.clock();
  const nowMs = now.getTime();
  const ended =
    row.revoked_at_ms !== null ||
    row.disabled_at_ms !== null ||
    (row.expires_at_ms !== null && !(nowMs < row.expires_at_ms));
  if (ended) throw new RequestError('unauthenticated', 'the token has expired or was revoked');
  if (row.x5t_s256 !== null) requireCertificate(row.x5t_s256, certificate, now);
  if (!(nowMs - (row.last_used_at_ms ?? 0) < LAST_USED_STEP_MS)) touch(context, id, nowMs);
  return { ...row, id };
}

function rowOf({ store }: Context, id: string) {
  return store.first(tokenWithPrincipal, { id });
}

export function principalOf(row: Holder): Principal {
  const role = roleOf(row.role);
  return {
    id: row.principal_id,
    name: row.name,
    role,
    tenant: row.tenant,
    scopes: scopesOf(role, row.scopes),
  };
}

/** Not awaited: the answer does not wait for it, and what is lost is an hour's worth of coarse bookkeeping. */
function touch({ store, log }: Context, id: string, nowMs: number): void {
  const atMs = nowMs - (nowMs % LAST_USED_STEP_MS);
  store
    .write((tx) => tx.run(touchToken, { id, atMs }))
    .catch((error: unknown) => log.warn({ err: error }, 'last use of a token was not kept'));
}
