import { tokenWithPrincipal, touchToken } from '../../store/registry/access.ts';
import type { Context } from '../context.ts';
import { type ProvenRequest, type VerifiedProof, verifyDpopProof } from '../dpop/proof.ts';
import { RequestError } from '../errors.ts';
import { type Binder, type Caller, type Principal, ROLES, type Role } from '../principal.ts';
import { TokenKeyCache } from './key-cache.ts';
import { proofRequired, unboundToken, unknownToken, wrongKey } from './refusals.ts';
import { ROLE_SCOPES } from './scopes.ts';
import { matchesHash, tokenIdOf } from './token.ts';

/** How finely the last use of a token is kept: a write for every request would cost more than the request. */
const LAST_USED_STEP_MS = 3_600_000;

/** Compared with where there is no such token: the answer takes as long. */
const NOBODY = '0'.repeat(64);

/** What a request shows of its caller. */
export type Shown = ProvenRequest & { readonly authorization: string | undefined };

/** Establishes who presents a token. One for each process: it remembers the keys of bound tokens. */
export type TokenAuthenticator = {
  /**
   * Who holds the token, and whether the request proves possession of its key.
   * @throws RequestError `unauthenticated`; `proof_required` where a bound token comes without a proof; `dpop_invalid`
   */
  readonly bearer: (shown: Shown) => Promise<Caller>;
  /**
   * Who holds a token, bound or not, with the key that the request proves.
   * @throws RequestError `unauthenticated`, `dpop_invalid`
   */
  readonly binder: (shown: Shown) => Promise<Binder>;
};

/** The store is asked every time, so that a revocation holds from the next request on, in every process. */
export function tokenAuthenticator(context: Context): TokenAuthenticator {
  const keys = new TokenKeyCache();
  const verify = async (shown: Shown, token: string): Promise<VerifiedProof> => {
    const { publicUrl, dpopSkewMs: skewMs } = context.config;
    return verifyDpopProof({ ...shown, token }, { publicUrl, skewMs, now: context.clock() }, keys);
  };
  return {
    bearer: async (shown) => {
      const { scheme, token } = tokenOf(shown.authorization);
      const row = await holderOf(context, token);
      const principal = principalOf(row);
      if (row.jkt === null) {
        if (scheme === 'bearer') return { ...principal, proof: null };
        throw unboundToken();
      }
      if (scheme === 'bearer' || shown.dpop === undefined) throw proofRequired('the token is bound to a key');
      const { jkt, key, proof } = await verify(shown, token);
      if (jkt !== row.jkt) throw wrongKey();
      keys.keep(jkt, key);
      return { ...principal, proof };
    },
    binder: async (shown) => {
      const { token } = tokenOf(shown.authorization);
      const { id } = await holderOf(context, token);
      const { jkt, jwk, proof } = await verify(shown, token);
      return { tokenId: id, jkt, jwk, proof };
    },
  };
}

/** @throws RequestError `proof_required` unless the request proves possession of its token's key */
export function requireProven({ proof }: Caller): void {
  if (proof === null) throw proofRequired('a plain bearer token only reads');
}

type Holder = NonNullable<Awaited<ReturnType<typeof rowOf>>> & { readonly id: string };

async function holderOf(context: Context, token: string): Promise<Holder> {
  const id = tokenIdOf(token);
  const row = id === null ? undefined : await rowOf(context, id);
  const matches = matchesHash(token, row?.secret_hash ?? NOBODY);
  if (id === null || row === undefined || !matches) throw unknownToken();
  const nowMs = context.clock().getTime();
  const ended =
    row.revoked_at_ms !== null ||
    row.disabled_at_ms !== null ||
    (row.expires_at_ms !== null && !(nowMs < row.expires_at_ms));
  if (ended) throw new RequestError('unauthenticated', 'the token has expired or was revoked');
  if (!(nowMs - (row.last_used_at_ms ?? 0) < LAST_USED_STEP_MS)) touch(context, id, nowMs);
  return { ...row, id };
}

function rowOf({ store }: Context, id: string) {
  return store.first(tokenWithPrincipal, { id });
}

function principalOf(row: Holder): Principal {
  const role = roleOf(row.role);
  return {
    id: row.principal_id,
    name: row.name,
    role,
    tenant: row.tenant,
    scopes: scopesOf(role, row.scopes),
  };
}

function tokenOf(authorization: string | undefined): { scheme: 'bearer' | 'dpop'; token: string } {
  const header = authorization === undefined || authorization.length > 256 ? '' : authorization;
  // RFC 9110, 11.1: the scheme's case does not matter.
  const [, scheme, token] = /^(bearer|dpop) ([^ ]+)$/i.exec(header) ?? [];
  if (scheme === undefined || token === undefined) throw unknownToken();
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token };
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
  if (role === undefined) throw unknownToken();
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
