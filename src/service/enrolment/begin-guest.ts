import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { TEE_MEDIA_TYPES } from '../../evidence/bundle/labels.ts';
import { CheckList } from '../../evidence/check.ts';
import type { TeeChallenge, TeeEnrolmentRequest } from '../../protocol/enrolment.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import type { EnrolmentPrincipal } from '../principal.ts';
import { keepAttempt, spendAttempt } from './attempt.ts';
import { requireUnusedKey } from './taken.ts';

const CHALLENGE_BYTES = 32;

/**
 * Begins an enrolment by a confidential guest: a challenge, for one submission. It costs an attempt of the token and leaves
 * a row and a leaf; only a completed enrolment consumes the token.
 *
 * @throws RequestError `enrolment_token_invalid`, `host_key_taken`, `conflict` where the facility is not authorised,
 *   `not_found`, `dpop_replayed`
 */
export async function beginGuestEnrolment(
  context: Context,
  caller: EnrolmentPrincipal,
  { hostname }: TeeEnrolmentRequest,
): Promise<TeeChallenge> {
  const at = context.clock();
  const id = newIdentifier('enr', context);
  const challenge = context.random(CHALLENGE_BYTES);
  const expiresAt = new Date(at.getTime() + context.config.enrolmentTtlMs);
  await context.store.write(async (tx) => {
    await spendAttempt(tx, caller, at);
    await requireUnusedKey(tx, caller.jkt);
    const findings = new CheckList();
    const attempt = { id, hostname: hostname ?? null, expiresAt, attempts: 1, findings, challenge };
    await keepAttempt(context, tx, caller, { kind: 'tee', ...attempt }, at);
  });
  return {
    kind: 'tee',
    enrolmentId: id,
    expiresAt: formatInstant(expiresAt),
    challenge: toBase64Url(challenge),
    aud: context.config.publicUrl,
    tenant: caller.tenant,
    accept: [...TEE_MEDIA_TYPES],
  };
}
