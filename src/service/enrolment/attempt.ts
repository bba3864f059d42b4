import type { Findings } from '../../evidence/check.ts';
import { takeAttempt, tokenById } from '../../store/attestation/enrolment-tokens.ts';
import { insertEnrolment } from '../../store/attestation/enrolments.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { EnrolmentPrincipal } from '../principal.ts';
import { requireFacility } from './facility.ts';
import { requireUsable } from './token-secret.ts';

/** One try to enrol, as it is kept whatever becomes of it. */
export type Attempt = {
  readonly id: string;
  readonly hostname: string | null;
  readonly expiresAt: Date;
  /** How often the challenge may be answered wrongly. */
  readonly attempts: number;
  readonly findings: Findings;
} & (
  | {
      readonly kind: 'tpm';
      /** Null where certificate or keys were refused; JSON. */
      readonly tpm: string | null;
      readonly proofHash: string | null;
      readonly ekSha256: string | null;
    }
  | { readonly kind: 'tee'; readonly challenge: Uint8Array }
);

/**
 * What every try to enrol costs and asks, in its unit of work: the proof, an attempt of a token that is good, a facility
 * that is authorised.
 *
 * @throws RequestError `enrolment_token_invalid`, `not_found`, `conflict`, `dpop_replayed`
 */
export async function spendAttempt(tx: Tx, caller: EnrolmentPrincipal, at: Date): Promise<void> {
  await spendProof(tx, caller.proof);
  const token = await tx.first(tokenById, { id: caller.tokenId });
  if (token === undefined) throw new RequestError('enrolment_token_invalid', 'no such enrolment token');
  requireUsable(token, at);
  await requireFacility(tx, caller.tenant, caller.facilityId, at);
  await tx.run(takeAttempt, { id: caller.tokenId });
}

/** Keeps a try and its leaf, in the unit of work that spends it. */
export async function keepAttempt(
  context: Context,
  tx: Tx,
  { tokenId, tenant, facilityId, jkt, jwk }: EnrolmentPrincipal,
  attempt: Attempt,
  at: Date,
): Promise<void> {
  const { id, kind, hostname, findings, expiresAt, attempts } = attempt;
  const refused = attempt.kind === 'tpm' && attempt.tpm === null;
  await tx.run(insertEnrolment, {
    id,
    tokenId,
    tenant,
    facilityId,
    jkt,
    hostKey: JSON.stringify(jwk),
    hostname,
    kind,
    challenge: attempt.kind === 'tee' ? attempt.challenge : null,
    tpm: attempt.kind === 'tpm' ? attempt.tpm : null,
    proofHash: attempt.kind === 'tpm' ? attempt.proofHash : null,
    outcome: refused ? 'refused' : 'challenged',
    findings: findingsText(findings),
    createdAtMs: at.getTime(),
    expiresAtMs: expiresAt.getTime(),
    attemptsLeft: attempts,
  });
  const ekSha256 = attempt.kind === 'tpm' ? attempt.ekSha256 : null;
  const body = { enrolmentId: id, tokenId, facilityId, jkt, kind, failed: failedOf(findings), ekSha256 };
  const type = refused ? 'enrolment.refused' : 'enrolment.challenged';
  await recordAct(tx, context, { type, at, tenant, body });
}

export function findingsText({ checks, notPerformed }: Findings): string {
  return JSON.stringify({ checks, notPerformed });
}

export function failedOf({ checks }: Findings): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}
