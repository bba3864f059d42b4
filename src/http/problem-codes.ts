import type { FormatCode } from '../bytes/errors.ts';
import type { AvailabilityError, RequestCode } from '../service/errors.ts';
import type { HttpCode } from './errors.ts';

/** Every code that may leave the service, the status that carries it and a title that never changes. */
type KnownCode = RequestCode | HttpCode | FormatCode | AvailabilityError['code'] | 'internal';

/**
 * The one table of codes and statuses. A code that is not here is answered as `internal` (500): an error that nobody
 * thought about tells the outside nothing.
 */
export const PROBLEMS: { readonly [C in KnownCode]: readonly [status: number, title: string] } = {
  unauthenticated: [401, 'The request carries no valid credentials.'],
  forbidden: [403, 'These credentials do not permit this.'],
  cross_site: [403, 'The request comes from another site.'],
  issuer_unavailable: [503, 'The issuer that signs people in does not answer.'],
  not_found: [404, 'There is no such thing, or not for you.'],
  invalid_request: [400, 'The request is not what its schema asks for.'],
  conflict: [409, 'The present state does not allow this.'],
  too_early: [429, 'It is too early to ask again.'],
  self_approval_refused: [403, 'Somebody else must approve this.'],
  proof_key_shared: [403, 'Somebody with a key of their own must approve this.'],
  proof_key_taken: [409, 'The key belongs to another principal.'],
  auditor_related: [403, 'The auditor is related to those who are audited.'],
  idempotency_key_required: [400, 'The request carries no Idempotency-Key.'],
  idempotency_in_flight: [409, 'The same request is under way.'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another request.'],
  enrolment_token_invalid: [401, 'The enrolment token is not valid.'],
  enrolment_expired: [410, 'The enrolment has expired.'],
  enrolment_refused: [403, 'The host was not enrolled.'],
  activation_refused: [403, 'The credential was not activated.'],
  host_key_taken: [409, 'The host key belongs to another host.'],
  host_suspended: [403, 'The host is suspended.'],
  manifest_refused: [403, 'The manifest was not accepted.'],
  collateral_unavailable: [503, 'What the evidence is judged by is not at hand.'],
  session_expired: [410, 'The session has expired.'],
  session_already_submitted: [409, 'The session has had its submission.'],
  session_superseded: [409, 'The host has attested anew since.'],
  evidence_not_accepted: [409, 'The session has no accepted evidence.'],
  permits_missing: [409, 'The session has no probe permits.'],
  permits_expired: [410, 'The probe permits have expired.'],
  location_already_submitted: [409, 'The session has had its receipts.'],
  proof_required: [401, 'The request must prove possession of its token’s key.'],
  certificate_invalid: [401, 'The client certificate does not count, or is not the token’s.'],
  dpop_invalid: [401, 'The DPoP proof is not valid.'],
  dpop_replayed: [401, 'The DPoP proof was used before.'],

  no_such_route: [404, 'There is no such path.'],
  method_not_allowed: [405, 'The path does not have this method.'],
  not_acceptable: [406, 'No representation matches Accept.'],
  body_timeout: [408, 'The body did not arrive in time.'],
  body_incomplete: [400, 'The body ended early.'],
  body_too_large: [413, 'The body is too large.'],
  unsupported_media_type: [415, 'The body has a type that is not read here.'],
  rate_limited: [429, 'Too many requests.'],
  shutting_down: [503, 'The verifier is shutting down.'],

  truncated: [400, 'Bytes end before their structure does.'],
  trailing_data: [400, 'Bytes follow after their structure.'],
  too_long: [400, 'A length is beyond its ceiling.'],
  budget_exceeded: [400, 'The input is too complex.'],
  duplicate: [400, 'Something that must be unique occurs twice.'],
  not_canonical: [400, 'The encoding is not the canonical one.'],
  bad_value: [400, 'A value is not allowed there.'],
  reserved_not_zero: [400, 'Reserved bytes are not zero.'],
  unsupported: [400, 'Well formed, but not supported.'],

  store_unavailable: [503, 'The store does not answer.'],
  overloaded: [503, 'The verifier is overloaded.'],
  deadline_exceeded: [503, 'The request took too long.'],
  verification_unavailable: [503, 'The evidence was not examined.'],
  log_behind: [503, 'The log departs from what was published of it.'],
  checkpoint_unkept: [503, 'The checkpoint could not be kept.'],
  internal: [500, 'The verifier failed.'],
};
