import { SextantError } from '../bytes/errors.ts';
import { type Fault, RequestError } from '../service/errors.ts';
import { HttpError, ValidationError } from './errors.ts';
import { PROBLEMS } from './problem-codes.ts';
import type { Reply } from './reply.ts';

/** RFC 9457. `code` is API and also ends `type`; `detail` is for people; the rest where it is known. */
type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly Fault[];
  /** Names this request in the verifier's logs. */
  readonly requestId: string;
};

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

type ProblemReply = Reply & { readonly code: string };

/** What the outside learns of an error: of one that is not in the table, only the request's id. */
export function problemReply(error: unknown, requestId: string): ProblemReply {
  const known = error instanceof SextantError && Object.hasOwn(PROBLEMS, error.code) ? error : null;
  const code = (known?.code ?? 'internal') as keyof typeof PROBLEMS; // `hasOwn` just said so
  const [status, title] = PROBLEMS[code];
  const errors = known === null ? undefined : fieldErrors(known);
  const problem: Problem = {
    type: `urn:sextant:problem:${code}`,
    title,
    status,
    code,
    ...(known === null ? {} : { detail: known.message }),
    ...(errors === undefined ? {} : { errors }),
    requestId,
  };
  return {
    status,
    mediaType: PROBLEM_MEDIA_TYPE,
    content: JSON.stringify(problem),
    headers: headersOf(known, code),
    code,
  };
}

function fieldErrors(error: SextantError): readonly Fault[] | undefined {
  if (error instanceof ValidationError) return error.errors;
  if (error instanceof RequestError && error.errors !== undefined) return error.errors;
  if (error.path === undefined) return undefined;
  const { path, expected = 'another value', actual } = error;
  return [actual === undefined ? { path, expected } : { path, expected, actual }];
}

function headersOf(
  error: SextantError | null,
  code: keyof typeof PROBLEMS,
): { readonly [name: string]: string } {
  const headers: Record<string, string> = {};
  const retryAfter = error instanceof RequestError ? error.retryAfterSeconds : undefined;
  const [status] = PROBLEMS[code];
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  else if (status === 503) headers['retry-after'] = '1';
  if (status === 401) headers['www-authenticate'] = challengeOf(code);
  if (error instanceof HttpError && error.allow !== undefined) headers['allow'] = error.allow.join(', ');
  if (error instanceof HttpError) Object.assign(headers, error.headers);
  return headers;
}

/** RFC 9449, 7.1, names the algorithms as well. */
const DPOP = 'DPoP realm="sextant", algs="ES256 EdDSA Ed25519"';

/** RFC 9110, 11.6.1: a 401 names the schemes that would do; RFC 9449, 7.1: a refused proof says so. */
function challengeOf(code: keyof typeof PROBLEMS): string {
  if (code === 'dpop_invalid' || code === 'dpop_replayed') return `${DPOP}, error="invalid_dpop_proof"`;
  if (code === 'certificate_invalid') return 'Bearer realm="sextant", error="invalid_token"';
  if (code === 'proof_required') return `${DPOP}, error="invalid_token"`;
  return `Bearer realm="sextant", ${DPOP}`;
}
