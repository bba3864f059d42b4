import { pageSessionWithPrincipal, touchPageSession } from '../../store/sign-in/sessions.ts';
import { roleOf, scopesOf } from '../access/held-scopes.ts';
import { TokenKeyCache } from '../access/key-cache.ts';
import { wrongSessionKey } from '../access/refusals.ts';
import type { Context } from '../context.ts';
import { type ProvenRequest, type VerifiedProof, verifyDpopProof } from '../dpop/proof.ts';
import { RequestError } from '../errors.ts';
import type { Caller, PageVisitor } from '../principal.ts';
import { lifetimesOf, SEEN_STEP_MS } from './lifetimes.ts';
import { matchesSecret, sessionHashOf, sessionIdOf } from './secret.ts';

/** Compared with where there is no such session: the answer takes as long. */
const NOBODY = '0'.repeat(64);

/** Establishes whose session a cookie is. One for each process: it remembers the keys of sessions. */
export type PageAuthenticator = {
  /**
   * The person, by cookie and proof, as a bearer token's holder is: with `proof` null where the session only reads.
   * @throws RequestError `unauthenticated` where the session is none or has ended; `proof_required`, `dpop_invalid`
   */
  readonly bearer: (request: ProvenRequest, cookie: string) => Promise<Caller>;
  /**
   * The person and the session. The proof need not name the cookie (`ath`), whose hash a page that was just loaded may not know.
   * @throws as `bearer`
   */
  readonly visitor: (request: ProvenRequest, cookie: string) => Promise<PageVisitor>;
};

/** The store is asked every time, so that whatever ends a session ends it from the next request on, in every process. */
export function pageAuthenticator(context: Context): PageAuthenticator {
  const keys = new TokenKeyCache();
  const admit = async (
    request: ProvenRequest,
    cookie: string,
  ): Promise<{ row: SessionRow; proven: VerifiedProof }> => {
    const row = await sessionOf(context, cookie);
    if (request.dpop === undefined) {
      throw new RequestError(
        'proof_required',
        'a session takes a proof by the browser’s key in each request',
        {
          path: 'dpop',
          expected: 'a proof (RFC 9449) by the key that the session was opened with',
        },
      );
    }
    const { publicUrl, dpopSkewMs: skewMs } = context.config;
    const proven = await verifyDpopProof(request, { publicUrl, skewMs, now: context.clock() }, keys);
    if (proven.jkt !== row.jkt) throw wrongSessionKey();
    keys.keep(proven.jkt, proven.key);
    touch(context, row);
    return { row, proven };
  };
  return {
    bearer: async (request, cookie) => {
      const { row, proven } = await admit({ ...request, token: cookie }, cookie);
      return callerOf(row, proven);
    },
    visitor: async (request, cookie) => {
      const { row, proven } = await admit(request, cookie);
      return {
        ...callerOf(row, proven),
        proof: proven.proof,
        session: {
          id: row.id,
          readsOnly: row.reads_only === 1,
          expiresAtMs: row.expires_at_ms,
          sessionHash: sessionHashOf(cookie),
        },
      };
    },
  };
}

type SessionRow = NonNullable<Awaited<ReturnType<typeof rowOf>>>;

function rowOf({ store }: Context, id: string) {
  return store.first(pageSessionWithPrincipal, { id });
}

async function sessionOf(context: Context, cookie: string): Promise<SessionRow> {
  const id = sessionIdOf(cookie);
  const row = id === null ? undefined : await rowOf(context, id);
  const matches = matchesSecret(cookie, row?.secret_hash ?? NOBODY);
  if (row === undefined || !matches || hasEnded(context, row)) {
    // The same for whatever is wrong, so that answers do not tell which sessions there are.
    throw new RequestError('unauthenticated', 'no session, or one that has ended: sign in again');
  }
  return row;
}

function hasEnded(context: Context, row: SessionRow): boolean {
  const nowMs = context.clock().getTime();
  return (
    !(nowMs < row.expires_at_ms) ||
    !(nowMs - row.seen_at_ms < lifetimesOf(context).idleMs) ||
    row.disabled_at_ms !== null ||
    row.token_revoked_at_ms !== null ||
    row.present_role !== row.role ||
    row.present_tenant !== row.tenant
  );
}

function callerOf(row: SessionRow, { proof }: VerifiedProof): Caller {
  const role = roleOf(row.role);
  return {
    id: row.principal_id,
    name: row.name,
    role,
    tenant: row.tenant,
    scopes: scopesOf(role, row.scopes),
    key: `jkt:${row.jkt}`,
    proven: row.reads_only !== 1,
    proof: row.reads_only === 1 ? null : proof,
  };
}

/** Only after the proof: a cookie without its key keeps no session alive. Not awaited, as for tokens. */
function touch(context: Context, { id, seen_at_ms }: SessionRow): void {
  const atMs = context.clock().getTime();
  if (atMs - seen_at_ms < SEEN_STEP_MS) return;
  context.store
    .write((tx) => tx.run(touchPageSession, { id, atMs }))
    .catch((error: unknown) => context.log.warn({ err: error }, 'last use of a page session was not kept'));
}
