/**
 * The root of every error that Sextant throws on purpose.
 *
 * `code` is API: callers switch on it and it never changes meaning. `message` is for people and may be reworded
 * at any time. The optional fields say what was wrong, where, and what would have been right; none of them ever
 * holds a secret.
 */
export abstract class SextantError<Code extends string = string> extends Error {
  readonly code: Code;
  /** Dotted path of the field in question, e.g. `tpmsAttest.pcrSelect[0].hash`. */
  readonly path?: string;
  /** Offset in bytes from the start of the input being read. */
  readonly offset?: number;
  readonly expected?: string;
  readonly actual?: string;

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    if (details.path !== undefined) this.path = details.path;
    if (details.offset !== undefined) this.offset = details.offset;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.actual !== undefined) this.actual = details.actual;
  }
}

export type ErrorDetails = {
  readonly path?: string;
  readonly offset?: number;
  readonly expected?: string;
  readonly actual?: string;
  readonly cause?: unknown;
};

/** What can be wrong with bytes, before anything is known of who made them. */
export type FormatCode =
  /** The input ends before the structure does. */
  | 'truncated'
  /** The structure ends before the input does, and what follows is not padding that the format names. */
  | 'trailing_data'
  /** A length exceeds the ceiling that its field states. */
  | 'too_long'
  /** Nesting or element count exceeds the budget. */
  | 'budget_exceeded'
  /** The same value has a shorter or ordered form and the format demands it (DER, deterministic CBOR, JCS). */
  | 'not_canonical'
  /** A name that may occur once occurs again (JSON member, CBOR map key): two readers would take two different values. */
  | 'duplicate'
  /** A field holds a value that its specification does not allow. */
  | 'bad_value'
  /** Bytes that must be zero are not. */
  | 'reserved_not_zero'
  /** Well formed, but a version, algorithm or type that this parser declares it does not read. */
  | 'unsupported';

/** Bytes that are not what they should be. Thrown by `parse*`; nothing was verified. */
export class FormatError extends SextantError<FormatCode> {}

/** What began it: `fetch` says no more than that it failed, and wraps what a proxy said in two errors more. */
export function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
