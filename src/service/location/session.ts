import type { Appraisal } from '../../protocol/appraisal.ts';
import type { EvidenceAnswer } from '../../protocol/evidence.ts';
import { locatedSession } from '../../store/location/statements.ts';
import type { View } from '../../store/port.ts';
import { RequestError } from '../errors.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireActing } from '../session/require-host.ts';

/** A session whose evidence was accepted, and that is the newest of its host. */
export type AttestedSession = {
  readonly facilityId: string;
  readonly kind: 'tpm' | 'tee';
  readonly nonce: Uint8Array;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Counts enrolments and suspensions of the host. */
  readonly hostVersion: number;
  /** Text of location/subject.ts. */
  readonly subject: string;
  readonly appraisal: Appraisal;
};

/**
 * The session as permits and receipts are judged against it. Only accepted evidence has vouched for keys that could be
 * located, and only the newest says what the host is now.
 *
 * @throws RequestError `not_found` for another host's session, `host_suspended`, `evidence_not_accepted`, `session_superseded`
 */
export async function readAttestedSession(
  view: View,
  { hostId, jkt }: HostPrincipal,
  sessionId: string,
): Promise<AttestedSession> {
  const row = await view.first(locatedSession, { id: sessionId, hostId, jkt });
  if (row === undefined) {
    throw new RequestError('not_found', 'this host has no such session', { path: 'path.sessionId' });
  }
  requireActing(row);
  if (row.outcome !== 'accepted' || row.answer === null) {
    throw new RequestError(
      'evidence_not_accepted',
      'only a host whose evidence was accepted is measured: submit evidence first',
      {
        path: 'session.outcome',
        expected: 'accepted',
        actual: row.outcome ?? 'nothing submitted',
      },
    );
  }
  if (row.evidence_session_id !== sessionId || row.place_subject === null) {
    throw new RequestError(
      'session_superseded',
      'the host has attested in another session since: be measured in that one',
      {
        path: 'path.sessionId',
        expected: row.evidence_session_id ?? 'a newer session',
        actual: sessionId,
      },
    );
  }
  const { appraisal } = JSON.parse(row.answer) as EvidenceAnswer; // what `storeAnswer` wrote
  return {
    facilityId: row.facility_id,
    kind: row.kind,
    nonce: row.nonce,
    issuedAtMs: row.issued_at_ms,
    expiresAtMs: row.expires_at_ms,
    hostVersion: row.version,
    subject: row.place_subject,
    appraisal,
  };
}
