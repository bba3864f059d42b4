import type { Tx } from '../../store/port.ts';
import { insertPageSession, purgePageSessions } from '../../store/sign-in/sessions.ts';
import type { PageSessionTable } from '../../store/sign-in/tables.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { lifetimesOf } from './lifetimes.ts';
import { newSecret } from './secret.ts';

/** Who is let in, by what, and by which key of a browser. */
export type Admission = {
  readonly jkt: string;
  readonly principal: { readonly id: string; readonly role: string; readonly tenant: string };
  readonly scopes: string;
  readonly readsOnly: boolean;
  /** How the person showed who they are, as the log says it: `token`, or an issuer's address. */
  readonly method: string;
  readonly tokenId: string | null;
  /** The session ends with it; null where nothing but its own life ends it. */
  readonly untilMs: number | null;
};

export type OpenedSession = {
  readonly row: PageSessionTable;
  /** For the cookie, and kept nowhere. */
  readonly value: string;
};

/** The row and the leaf of a new session, in the unit of work of whoever asks. */
export async function openSession(
  context: Context,
  tx: Tx,
  { jkt, principal, scopes, readsOnly, method, tokenId, untilMs }: Admission,
): Promise<OpenedSession> {
  const at = context.clock();
  const nowMs = at.getTime();
  const { id, value, secretHash } = newSecret(context);
  const row: PageSessionTable = {
    id,
    secret_hash: secretHash,
    jkt,
    principal_id: principal.id,
    token_id: tokenId,
    role: principal.role,
    tenant: principal.tenant,
    scopes,
    reads_only: readsOnly ? 1 : 0,
    created_at_ms: nowMs,
    seen_at_ms: nowMs,
    expires_at_ms: Math.min(nowMs + lifetimesOf(context).lifeMs, untilMs ?? Number.POSITIVE_INFINITY),
  };
  await tx.run(purgePageSessions, { nowMs });
  await tx.run(insertPageSession, row);
  const body = { pageSessionId: id, principalId: principal.id, method, tokenId, jkt };
  await recordAct(tx, context, { type: 'page-session.opened', at, tenant: VERIFIER_TENANT, body });
  return { row, value };
}
