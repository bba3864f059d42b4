import { type ErrorDetails, SextantError } from '../bytes/errors.ts';

/** What can be wrong with a request before a use case sees it. */
export type HttpCode =
  | 'no_such_route'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'body_timeout'
  | 'body_incomplete'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'shutting_down';

export type HttpErrorDetails = ErrorDetails & {
  /** For `method_not_allowed`: what is allowed. */
  readonly allow?: readonly string[];
  /** For `rate_limited`: when to ask again, and by which rule. */
  readonly headers?: { readonly [name: string]: string } | undefined;
};

export class HttpError extends SextantError<HttpCode> {
  readonly allow: readonly string[] | undefined;
  readonly headers: { readonly [name: string]: string } | undefined;

  constructor(code: HttpCode, message: string, details: HttpErrorDetails = {}) {
    super(code, message, details);
    this.allow = details.allow;
    this.headers = details.headers;
  }
}

/** One field of a request that is not what the schema asks for. */
export type FieldError = { readonly path: string; readonly expected: string; readonly actual?: string };

/** A request whose parameters, query or body do not match their schema: every fault at once. */
export class ValidationError extends SextantError<'invalid_request'> {
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const [first] = errors;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    super('invalid_request', `${first?.path ?? 'request'}: expected ${first?.expected ?? 'another'}${more}`);
    this.errors = errors;
  }
}
