import { formatInstant } from '../../bytes/instant.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import { RequestError } from '../errors.ts';

/** An enrolment whose challenge may still be answered. @throws RequestError `activation_refused`, `enrolment_expired` */
export function requireOpen({ outcome, expires_at_ms, attempts_left }: EnrolmentTable, at: Date): void {
  if (outcome !== 'challenged' || attempts_left <= 0) {
    throw new RequestError('activation_refused', 'this enrolment is over: begin another', {
      actual: outcome === 'challenged' ? 'no attempts left' : outcome,
    });
  }
  if (at.getTime() < expires_at_ms) return;
  const expired = formatInstant(new Date(expires_at_ms));
  throw new RequestError('enrolment_expired', `this enrolment expired at ${expired}: begin another`);
}
