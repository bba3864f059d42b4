import { type ErrorDetails, SextantError } from '../bytes/errors.ts';

export { AvailabilityError } from '../store/errors.ts';

/** Why a request is refused, apart from what is wrong with the evidence itself. Codes are API; http/ maps them to statuses. */
export type RequestCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'cross_site'
  | 'issuer_unavailable'
  | 'not_found'
  | 'invalid_request'
  | 'conflict'
  | 'too_early'
  | 'self_approval_refused'
  | 'proof_key_shared'
  | 'proof_key_taken'
  | 'auditor_related'
  | 'idempotency_key_required'
  | 'idempotency_key_reused'
  | 'idempotency_in_flight'
  | 'enrolment_token_invalid'
  | 'enrolment_expired'
  | 'enrolment_refused'
  | 'activation_refused'
  | 'host_key_taken'
  | 'host_suspended'
  | 'manifest_refused'
  | 'collateral_unavailable'
  | 'session_expired'
  | 'session_already_submitted'
  | 'session_superseded'
  | 'evidence_not_accepted'
  | 'permits_missing'
  | 'permits_expired'
  | 'location_already_submitted'
  | 'proof_required'
  | 'certificate_invalid'
  | 'dpop_invalid'
  | 'dpop_replayed';

/** One thing that is wrong: a field by its path, or a check by its id. */
export type Fault = {
  readonly path: string;
  readonly expected: string;
  readonly actual?: string;
  /** What whoever asked can do about it. */
  readonly mend?: string;
};

export type RequestErrorDetails = ErrorDetails & {
  readonly retryAfterSeconds?: number;
  readonly errors?: readonly Fault[];
};

export class RequestError extends SextantError<RequestCode> {
  /** Seconds after which asking again makes sense; becomes Retry-After. */
  readonly retryAfterSeconds?: number;
  /** Everything that is wrong, where it is more than one thing. */
  readonly errors?: readonly Fault[];

  constructor(code: RequestCode, message: string, details: RequestErrorDetails = {}) {
    super(code, message, details);
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds;
    if (details.errors !== undefined) this.errors = details.errors;
  }
}
