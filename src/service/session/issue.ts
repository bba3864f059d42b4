import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { ACCEPTED_MEDIA_TYPES } from '../../evidence/bundle/labels.ts';
import type { Session } from '../../protocol/session.ts';
import { hostPacing } from '../../store/attestation/hosts.ts';
import { insertSession, noteSession } from '../../store/attestation/sessions.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import { pendingChallenge } from '../challenge/pending.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireDue } from './pace.ts';
import { requireActing } from './require-host.ts';

const NONCE_BYTES = 32;
const ID_BYTES = 16;

/** A challenge as it is kept. */
export type IssuedSession = {
  readonly id: string;
  readonly nonce: Uint8Array;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
};

/**
 * Issues a challenge to a host. The nonce is durable, and its issue a leaf of the log, before anybody is told it: an
 * unanswered challenge shows, and no crash can make the verifier forget what it asked. A host that is challenged already, because
 * one of its devices was drawn, gets that challenge.
 *
 * @throws RequestError `too_early`, `host_suspended`, `unauthenticated`, `dpop_replayed`
 */
export async function issueSession(context: Context, host: HostPrincipal): Promise<Session> {
  const { config } = context;
  const now = context.clock();
  const fresh = freshSession(context, now, config.sessionTtlMs);
  const issued = await context.store.write(async (tx) => {
    const { hostId, jkt } = host;
    const [pacing] = await Promise.all([tx.first(hostPacing, { hostId, jkt }), spendProof(tx, host.proof)]);
    const row = requireActing(pacing);
    const challenged = row.challenge_session_id === null ? null : await pendingChallenge(tx, hostId, now);
    if (challenged !== null) return challenged;
    requireDue(row, now, config.attestationIntervalMs);
    await keepSession(context, tx, host, fresh);
    return fresh;
  });
  return presentIssued(context, host, issued);
}

/** A challenge that nobody has been told: before the unit of work, which may run twice. */
export function freshSession({ random }: Pick<Context, 'random'>, now: Date, ttlMs: number): IssuedSession {
  const nonce = random(NONCE_BYTES);
  const issuedAtMs = now.getTime();
  return { id: sessionIdOf(nonce), nonce, issuedAtMs, expiresAtMs: issuedAtMs + ttlMs };
}

/** Keeps a challenge, and its issue as a leaf. @param orderId where its host was challenged because a device was drawn */
export async function keepSession(
  context: Context,
  tx: Tx,
  { hostId, tenant }: Pick<HostPrincipal, 'hostId' | 'tenant'>,
  { id, nonce, issuedAtMs, expiresAtMs }: IssuedSession,
  orderId?: string,
): Promise<void> {
  await Promise.all([
    tx.run(insertSession, { id, hostId, nonce, issuedAtMs, expiresAtMs }),
    tx.run(noteSession, { hostId, sessionId: id, issuedAtMs, expiresAtMs }),
  ]);
  const body = {
    sessionId: id,
    hostId,
    nonce: toBase64Url(nonce),
    expiresAt: formatInstant(new Date(expiresAtMs)),
    ...(orderId === undefined ? {} : { orderId }),
  };
  await recordAct(tx, context, { type: 'session.issued', at: new Date(issuedAtMs), tenant, body });
}

/** A challenge as its host is told it. */
export function presentIssued(
  { config }: Pick<Context, 'config'>,
  { hostId, tenant }: Pick<HostPrincipal, 'hostId' | 'tenant'>,
  { id, nonce, issuedAtMs, expiresAtMs }: IssuedSession,
): Session {
  return {
    id,
    nonce: toBase64Url(nonce),
    issuedAt: formatInstant(new Date(issuedAtMs)),
    expiresAt: formatInstant(new Date(expiresAtMs)),
    aud: config.publicUrl,
    tenant,
    hostId,
    accept: [...ACCEPTED_MEDIA_TYPES],
  };
}

/**
 * A session is named by its nonce: were a nonce ever to repeat, by a broken source of randomness or a restored machine,
 * the primary key would refuse the session (a peer's challenge was once a constant: CVE-2026-6420).
 */
function sessionIdOf(nonce: Uint8Array): string {
  const digest = hash('sha256', domain('session-id', nonce), 'buffer');
  return `ses_${toBase64Url(digest.subarray(0, ID_BYTES))}`;
}
