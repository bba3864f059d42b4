import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { ACCEPTED_MEDIA_TYPES } from '../../evidence/bundle/labels.ts';
import type { Session } from '../../protocol/session.ts';
import { hostPacing } from '../../store/attestation/hosts.ts';
import { insertSession, noteSession } from '../../store/attestation/sessions.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireDue } from './pace.ts';
import { requireActing } from './require-host.ts';

const NONCE_BYTES = 32;
const ID_BYTES = 16;

/**
 * Issues a challenge to a host. The nonce is durable, and its issue a leaf of the log, before anybody is told it: an
 * unanswered challenge shows, and no crash can make the verifier forget what it asked.
 *
 * @throws RequestError `too_early`, `host_suspended`, `unauthenticated`, `dpop_replayed`
 */
export async function issueSession(context: Context, host: HostPrincipal): Promise<Session> {
  const { config } = context;
  const now = context.clock();
  const nonce = context.random(NONCE_BYTES);
  const id = sessionIdOf(nonce);
  const issuedAtMs = now.getTime();
  const expiresAtMs = issuedAtMs + config.sessionTtlMs;
  const expiresAt = formatInstant(new Date(expiresAtMs));
  await context.store.write(async (tx) => {
    await spendProof(tx, host.proof, now);
    const { hostId, jkt, tenant } = host;
    const row = requireActing(await tx.first(hostPacing, { hostId, jkt }));
    requireDue(row, now, config.attestationIntervalMs);
    await tx.run(insertSession, { id, hostId, nonce, issuedAtMs, expiresAtMs });
    await tx.run(noteSession, { hostId, sessionId: id, issuedAtMs, expiresAtMs });
    const body = { sessionId: id, hostId, nonce: toBase64Url(nonce), expiresAt };
    await recordAct(tx, context, { type: 'session.issued', at: now, tenant, body });
  });
  return {
    id,
    nonce: toBase64Url(nonce),
    issuedAt: formatInstant(now),
    expiresAt,
    aud: config.publicUrl,
    tenant: host.tenant,
    hostId: host.hostId,
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
