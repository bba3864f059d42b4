import { type ErrorDetails, SextantError } from '../bytes/errors.ts';

/** Why collateral is not at hand. None of these says anything bad of the evidence: it stays unproven, and nothing latches. */
export type CollateralCode =
  /** The vendor, or the cache in between, could not be reached or answered with a failure of its own. */
  | 'collateral_unavailable'
  /** It did not answer in the time that was given. */
  | 'collateral_timeout'
  /** It asks to be asked less often, and for longer than the time that was given; `retryAfterMs` says when again. */
  | 'collateral_throttled'
  /** It refused the request, or sent us to a host that is not its own. */
  | 'collateral_refused'
  /** It does not have the document: an unknown FMSPC or chip, or an evaluation number no longer served. Never said of a CRL. */
  | 'collateral_not_found'
  /** The answer is longer than any genuine one. */
  | 'collateral_too_large'
  /** The answer is not what its path promises: not the document, another platform's, or without its chain. */
  | 'collateral_malformed'
  /** The answer is not signed as it must be: whoever sent it is not, or does not speak for, the vendor. */
  | 'collateral_unverified'
  /** The answer is authentic and older than what was already seen: an old state of the world is being played back. */
  | 'collateral_rollback'
  /** The answer is authentic and no longer, or not yet, valid. */
  | 'collateral_not_current'
  /** The caller's need cannot be asked for: a masked chip, an FMSPC that is none. */
  | 'collateral_bad_need'
  /** An address or an update channel that is none. */
  | 'collateral_bad_setting'
  /** The folder in which documents and high-water marks are kept cannot be read or written. */
  | 'collateral_cache_failed';

export type CollateralErrorDetails = ErrorDetails & {
  readonly status?: number;
  readonly retryAfterMs?: number;
};

/**
 * A document of a vendor that is not at hand, with the reason. `path` is the document's key; `status` the HTTP status where
 * one was answered; `retryAfterMs` from when asking again can help.
 */
export class CollateralError extends SextantError<CollateralCode> {
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(code: CollateralCode, message: string, details: CollateralErrorDetails = {}) {
    super(code, message, details);
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}
