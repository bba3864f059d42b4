import { SextantError } from '../bytes/errors.ts';

export { AvailabilityError } from '../store/errors.ts';

/** Why a request is refused, apart from what is wrong with the evidence itself. Codes are API; http/ maps them to statuses. */
export type RequestCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'invalid_request'
  | 'conflict'
  | 'too_early'
  | 'self_approval_refused'
  | 'idempotency_key_reused'
  | 'enrolment_token_invalid'
  | 'enrolment_expired'
  | 'enrolment_refused'
  | 'activation_refused'
  | 'host_key_taken'
  | 'host_suspended'
  | 'session_expired'
  | 'session_already_submitted'
  | 'dpop_invalid'
  | 'dpop_replayed';

export class RequestError extends SextantError<RequestCode> {
  /** Seconds after which asking again makes sense; becomes Retry-After. */
  readonly retryAfterSeconds?: number;

  constructor(
    code: RequestCode,
    message: string,
    details: ConstructorParameters<typeof SextantError>[2] & { readonly retryAfterSeconds?: number } = {},
  ) {
    super(code, message, details);
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
