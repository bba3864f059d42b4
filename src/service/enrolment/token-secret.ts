import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { tokenBySecret } from '../../store/attestation/enrolment-tokens.ts';
import type { EnrolmentTokenTable } from '../../store/attestation/tables.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';

/** Told apart at a glance, and by secret scanners, from other tokens. */
const PREFIX = 'sxe_';
const SECRET_BYTES = 32;
const TOKEN = /^sxe_[A-Za-z0-9_-]{43}$/;

export function newEnrolmentSecret(context: Context): string {
  return PREFIX + toBase64Url(context.random(SECRET_BYTES));
}

/** What the store keeps: 256 random bits need no stretching. */
export function hashEnrolmentSecret(token: string): string {
  return hash('sha256', domain('enrolment-token', Buffer.from(token)), 'hex');
}

/**
 * The row of a token that is good now.
 *
 * A token is consumed by a completed activation alone, so that an operator whose host fails on the way tries again with
 * the same token; every begun enrolment costs one of its attempts, so that whoever steals it cannot try for ever.
 *
 * @throws RequestError `enrolment_token_invalid`; only to whoever holds the secret does it say more than that
 */
export async function findEnrolmentToken(context: Context, token: string): Promise<EnrolmentTokenTable> {
  const secretHash = TOKEN.test(token) ? hashEnrolmentSecret(token) : '';
  const row = await context.store.first(tokenBySecret, { secretHash });
  if (row === undefined) {
    throw new RequestError('enrolment_token_invalid', 'no such enrolment token', { path: 'authorization' });
  }
  requireUsable(row, context.clock());
  return row;
}

/** @throws RequestError `enrolment_token_invalid` */
export function requireUsable(token: EnrolmentTokenTable, now: Date): void {
  const reason = unusable(token, now.getTime());
  if (reason === null) return;
  throw new RequestError('enrolment_token_invalid', `the enrolment token ${reason}: have another minted`, {
    path: 'authorization',
    actual: reason,
  });
}

function unusable(token: EnrolmentTokenTable, now: number): string | null {
  if (token.revoked_at_ms !== null) return 'was revoked';
  if (token.consumed_at_ms !== null) return `has enrolled the host ${token.host_id}`;
  if (token.expires_at_ms <= now) return `expired at ${formatInstant(new Date(token.expires_at_ms))}`;
  if (token.attempts_left <= 0) return 'has no attempts left';
  return null;
}
