/** What the verifier says of a request that it refused (RFC 9457), as far as the page shows it. */
export type ProblemBody = {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly {
    readonly path: string;
    readonly expected: string;
    readonly actual?: string;
    readonly mend?: string;
  }[];
  readonly requestId: string;
};

/** A request that did not do what it was for. `code` is the verifier's, or one of the page's own: see {@link unanswered}. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly body: ProblemBody;
  /** When to ask again, as the verifier says; null where it does not. */
  readonly retryAfterMs: number | null;

  constructor(body: ProblemBody, retryAfterMs: number | null = null) {
    super(`${body.code}: ${body.detail ?? body.title}`);
    this.body = body;
    this.retryAfterMs = retryAfterMs;
  }

  get code(): string {
    return this.body.code;
  }

  /** Whether nobody is signed in any more. */
  get endsSession(): boolean {
    return this.body.status === 401 && this.code !== 'dpop_replayed';
  }

  /** Whether the same request may well succeed a little later. */
  get passes(): boolean {
    return this.body.status === 503 || this.body.status === 429 || this.code === 'offline';
  }
}

/** Nothing came back: no connection, or one that was cut. */
export function unanswered(): Problem {
  return new Problem({ title: 'The verifier does not answer.', status: 0, code: 'offline', requestId: '' });
}

/** What a refusal says; where it says nothing that can be read, its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(retryAfter) ? retryAfter * 1000 : null;
  const read: unknown = isProblem(response) ? await response.json().catch(() => null) : null;
  if (isBody(read)) return new Problem(read, retryAfterMs);
  const title = `The verifier answered ${response.status}.`;
  return new Problem(
    { title, status: response.status, code: 'unreadable_answer', requestId: '' },
    retryAfterMs,
  );
}

function isProblem(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/problem+json') === true;
}

function isBody(value: unknown): value is ProblemBody {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}
