import { formatInstant } from '../../bytes/instant.ts';
import type { TokenKey } from '../../protocol/access.ts';
import type { Tx } from '../../store/port.ts';
import {
  insertToken,
  principalById,
  revokeToken,
  tokenById,
  tokensAfter,
} from '../../store/registry/access.ts';
import type { BearerTokenTable, PrincipalTable } from '../../store/registry/tables.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { thumbprintOf } from '../dpop/proof-key.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import { type Principal, ROLES } from '../principal.ts';
import { ROLE_SCOPES } from './scopes.ts';
import { newToken } from './token.ts';
import { requireOwnKey } from './two-people.ts';

/** A token's row with the token itself, which is in no row. */
export type MintedToken = { readonly row: BearerTokenTable; readonly token: string };

type Grant = {
  readonly label: string;
  readonly expiresAt: Date | null;
  readonly binding: Binding;
  /** All of the role's unless given. */
  readonly scopes?: readonly string[] | undefined;
};

/** What a new token is good for: all of its scopes with a key, or reading alone. */
export type Binding =
  /** Thumbprint of the key that its requests prove from the first one on. */
  | { readonly jkt: string }
  /** Digest of the certificate that its connections show from the first one on. */
  | { readonly x5tS256: string }
  /** It reads, and whoever holds it may bind it to a key until then, once. */
  | { readonly until: Date }
  /** It reads, and never does anything else. */
  | 'never';

export type TokenRequest = {
  readonly principalId: string;
  readonly label: string;
  readonly scopes?: readonly string[] | undefined;
  readonly expiresInSeconds: number;
  /** A public key or its thumbprint. */
  readonly key?: TokenKey | undefined;
  /** In place of a key: the digest (RFC 8705, `x5t#S256`) of a client certificate. */
  readonly certificate?: string | undefined;
  /** In place of both: for so long the token may be bound to one. */
  readonly bindWithinSeconds?: number | undefined;
};

/**
 * Mints a token for a principal.
 * @throws RequestError `not_found`, `conflict` for a disabled principal, `invalid_request` for scopes beyond its role,
 *   `proof_key_taken` for a key or certificate of another principal
 */
export async function mintToken(
  context: Context,
  by: Principal,
  request: TokenRequest,
): Promise<MintedToken> {
  const nowMs = context.clock().getTime();
  const expiresAt = new Date(nowMs + request.expiresInSeconds * 1000);
  const binding = bindingOf(request, nowMs);
  return context.store.write(async (tx) => {
    const principal = await tx.first(principalById, { id: request.principalId });
    if (principal === undefined) throw new RequestError('not_found', 'no such principal');
    if (principal.disabled_at_ms !== null) throw new RequestError('conflict', 'the principal is disabled');
    const { label, scopes } = request;
    return grantToken(context, tx, by.id, principal, { label, scopes, expiresAt, binding });
  });
}

export async function listTokens(context: Context, page: PageRequest): Promise<Page<BearerTokenTable>> {
  return pageFrom(page, (range) => context.store.read((view) => view.all(tokensAfter, range)));
}

/** Ends a token, from the next request on. @throws RequestError `not_found` */
export async function endToken(context: Context, by: Principal, id: string): Promise<BearerTokenTable> {
  return context.store.write(async (tx) => {
    const row = await tx.first(tokenById, { id });
    if (row === undefined) throw new RequestError('not_found', 'no such token');
    const at = context.clock();
    const atMs = at.getTime();
    if ((await tx.run(revokeToken, { id, atMs })) === 0) return row;
    const body = { tokenId: id, principalId: row.principal_id, by: by.id };
    await recordAct(tx, context, { type: 'token.revoked', at, tenant: VERIFIER_TENANT, body });
    return { ...row, revoked_at_ms: atMs };
  });
}

/** The row and the leaf of a new token, in the unit of work of whoever asks. */
export async function grantToken(
  context: Context,
  tx: Tx,
  by: string,
  principal: PrincipalTable,
  { label, expiresAt, scopes, binding }: Grant,
): Promise<MintedToken> {
  const granted = requireScopes(principal, scopes);
  const bound = typeof binding === 'object' && !('until' in binding) ? binding : null;
  if (bound !== null) await requireOwnKey(tx, { principalId: principal.id, bound, at: context.clock() });
  const { id, token, secretHash } = newToken(context);
  const at = context.clock();
  const row: BearerTokenTable = {
    id,
    principal_id: principal.id,
    secret_hash: secretHash,
    scopes: granted.join(' '),
    label,
    created_by: by,
    created_at_ms: at.getTime(),
    expires_at_ms: expiresAt?.getTime() ?? null,
    revoked_at_ms: null,
    last_used_at_ms: null,
    jkt: typeof binding === 'object' && 'jkt' in binding ? binding.jkt : null,
    bind_until_ms: typeof binding === 'object' && 'until' in binding ? binding.until.getTime() : null,
    x5t_s256: typeof binding === 'object' && 'x5tS256' in binding ? binding.x5tS256 : null,
  };
  await tx.run(insertToken, row);
  const { jkt, x5t_s256: x5tS256 } = row;
  const boundTo = { jkt, ...(x5tS256 === null ? {} : { x5tS256 }) };
  const body = {
    ...{ tokenId: id, principalId: principal.id, scopes: granted, label, ...boundTo },
    expiresAt: expiresAt === null ? null : formatInstant(expiresAt),
    bindUntil: row.bind_until_ms === null ? null : formatInstant(new Date(row.bind_until_ms)),
    // Of 32 random bytes: it opens nothing, and whoever puts another in its place is found.
    secretSha256: secretHash,
    by,
  };
  await recordAct(tx, context, { type: 'token.minted', at, tenant: VERIFIER_TENANT, body });
  return { row, token };
}

/** @throws RequestError `invalid_request` for a key that is none, or several of key, certificate and time to bind one */
function bindingOf({ key, certificate, bindWithinSeconds }: TokenRequest, nowMs: number): Binding {
  if ([key, certificate, bindWithinSeconds].filter((given) => given !== undefined).length > 1) {
    throw new RequestError('invalid_request', 'a token is bound to one thing, once', {
      path: bindWithinSeconds === undefined ? 'body.certificate' : 'body.bindWithinSeconds',
      expected: 'a key, a certificate, or time to bind a key',
    });
  }
  if (bindWithinSeconds !== undefined) return { until: new Date(nowMs + bindWithinSeconds * 1000) };
  if (certificate !== undefined) return { x5tS256: certificate };
  if (key === undefined) return 'never';
  return { jkt: typeof key === 'string' ? key : thumbprintOf(key) };
}

function requireScopes(principal: PrincipalTable, wanted: readonly string[] | undefined): string[] {
  const role = ROLES.find((candidate) => candidate === principal.role);
  const allowed: readonly string[] = role === undefined ? [] : ROLE_SCOPES[role];
  const beyond = wanted?.filter((scope) => !allowed.includes(scope)) ?? [];
  if (beyond.length > 0) {
    throw new RequestError(
      'invalid_request',
      `the role ${principal.role} does not hold ${beyond.join(', ')}`,
      {
        path: 'body.scopes',
        expected: `a subset of ${allowed.join(', ')}`,
        actual: beyond.join(', '),
      },
    );
  }
  return [...new Set(wanted ?? allowed)].sort();
}
