import { z } from 'zod';
import { SextantError } from '../../bytes/errors.ts';

/** RFC 9457, as the verifier writes it; a proxy on the way may write less. */
const problem = z.object({
  code: z.string().max(128).optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  mend: z.string().optional(),
  requestId: z.string().optional(),
  errors: z
    .array(
      z.object({
        path: z.string().optional(),
        expected: z.string().optional(),
        actual: z.string().optional(),
        mend: z.string().optional(),
      }),
    )
    .optional(),
});

/**
 * The verifier answered, and not with what was asked for. `code` is the verifier's own, or `http_<status>` where it gave
 * none.
 */
export class Refusal extends SextantError<string> {
  readonly status: number;
  /** How long the verifier asks to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;
  readonly mend: string;
  readonly requestId: string | null;

  constructor(status: number, code: string, message: string, more: RefusalDetails) {
    super(code, message);
    this.status = status;
    this.retryAfterMs = more.retryAfterMs;
    this.mend = more.mend;
    this.requestId = more.requestId;
  }

  /** Nobody need do anything: asking again later is enough. */
  get transient(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500 || MENDS_ITSELF.has(this.code);
  }
}

type RefusalDetails = {
  readonly retryAfterMs: number | null;
  readonly mend: string;
  readonly requestId: string | null;
};

/** Refusals of one request alone: the next one is a new session with a new proof. */
const MENDS_ITSELF: ReadonlySet<string> = new Set([
  'dpop_replayed',
  'session_expired',
  'session_already_submitted',
]);

/** What a host's operator can do, by the verifier's code. */
const MENDS: { readonly [code: string]: string } = {
  unauthenticated: 'Enrol this host: sextant agent enrol. If it was, the verifier no longer knows its key.',
  too_early:
    'Nothing is wrong: what was proven last holds until then. `sextant agent run` attests whenever it is due.',
  dpop_invalid: "Compare this host's clock and the verifier's address with the verifier's own.",
  enrolment_token_invalid: 'Ask for a new enrolment token; each works once and for a limited time.',
  enrolment_expired: 'Begin again: the TPM took longer than the verifier waits.',
  enrolment_refused:
    'See the checks: most often the root of whoever made the TPM or the processor is not trusted yet.',
  activation_refused:
    'Begin again; if it recurs, another TPM answers than the one whose certificate was sent.',
  host_key_taken:
    "Remove this host's data folder and enrol again: its key belongs to another host, or to its past.",
  host_suspended: 'Ask the licensing authority: the host is held for review until a person clears it.',
  no_such_route: "Check the verifier's address.",
  not_found: "Check the verifier's address, and that agent and verifier are of one version.",
};

/** @param now for a Retry-After that is a date */
export function refusalFrom(response: Response, body: unknown, now: Date): Refusal {
  const { data = {} } = problem.safeParse(body);
  const code = data.code ?? `http_${response.status}`;
  const errors = data.errors ?? [];
  const mends = [...new Set(errors.flatMap(({ mend }) => mend || []))];
  const lines = errors.map(
    ({ path, expected, actual }) =>
      `  ${[path ?? '', expected && `expected ${expected}`, actual && `found ${actual}`].filter(Boolean).join(': ')}`,
  );
  const message = [data.detail ?? data.title ?? `HTTP ${response.status}`, ...lines].join('\n');
  return new Refusal(response.status, code, message, {
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
    mend:
      data.mend ??
      (mends.join(' ') || MENDS[code]) ??
      'See the message; the request id names it in the logs of the verifier.',
    requestId: data.requestId ?? null,
  });
}

/** A day: longer than any outage for which a verifier should ask. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** RFC 9110, section 10.2.3: seconds or a date. Null where it is neither. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : httpDateMs(header) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/** IMF-fixdate (RFC 9110, section 5.6.7), the only form that is still sent. `Date.parse` alone reads far more than that. */
function httpDateMs(text: string): number {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
