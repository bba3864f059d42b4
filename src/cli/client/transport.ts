import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SextantError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { UsageError, unreached } from '../failure.ts';
import { credentials, type TokenKey } from './token-key.ts';

const DEADLINE_MS = 30_000;
/** For what is written while it is read. */
const LONG_DEADLINE_MS = 600_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** Pauses between the tries of one request: what changes something has a key under which it is done once. */
const PAUSES_MS = [250, 1_000, 3_000] as const;

/** The verifier refused: an RFC 9457 problem as it was received. */
class ProblemError extends SextantError {
  readonly status: number;
  readonly mend?: string;
  readonly retryAfterMs: number | null;

  constructor({ status, headers }: Response, code: string, detail: string, mend: string | undefined) {
    super(code, detail);
    this.status = status;
    const seconds = /^\d{1,3}$/.exec(headers.get('retry-after') ?? '')?.[0];
    this.retryAfterMs = seconds === undefined ? null : Number(seconds) * 1000;
    if (mend !== undefined) this.mend = mend;
  }
}

export type VerifierAddress = {
  readonly url: URL;
  readonly token: string | null;
  /** What the token is bound to; null for a plain one. */
  readonly key?: TokenKey | null;
  /** Binds a token that turns out to be plain, so that it can do more than read; absent where it cannot be. */
  readonly bind?: () => Promise<TokenKey>;
  /** Where the token came from, to be named when it is refused. */
  readonly source?: string;
  /** Default: this machine's. */
  readonly clock?: () => Date;
};

export type CliRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: { readonly mediaType: string; readonly bytes: string | Uint8Array<ArrayBuffer> };
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * One request to a verifier, answered by its JSON. What changes something is asked for under an Idempotency-Key and asked
 * again where no answer came: it is done once all the same.
 * @throws {ProblemError} with the verifier's own code
 * @throws {UsageError} `not_a_verifier` when nothing there speaks as one
 */
export async function request(address: VerifierAddress, call: CliRequest): Promise<JsonValue> {
  const headers = call.method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
  const keyed = { ...call, headers: { ...headers, ...call.headers } };
  try {
    return await repeatedly(address, keyed);
  } catch (error) {
    const { key = null, bind } = address;
    if (!(error instanceof ProblemError) || error.code !== 'proof_required') throw error;
    if (key !== null || bind === undefined) throw error;
    return repeatedly({ ...address, key: await bind() }, keyed);
  }
}

async function repeatedly(address: VerifierAddress, call: CliRequest): Promise<JsonValue> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await once(address, call);
    } catch (error) {
      if (!mayPass(error)) throw error;
      const wishedMs = error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0;
      if (wishedMs > DEADLINE_MS) throw error;
      await sleep(Math.max(pauseMs, wishedMs));
    }
  }
  return once(address, call);
}

/** No answer, or one that says to ask again. A verifier that was never reached is not waited for. */
function mayPass(error: unknown): boolean {
  if (error instanceof ProblemError)
    return (
      error.status === 503 ||
      // It did not come to the verifier in time, as whatever waits in between may say too (RFC 9110, section 15.5.9).
      error.status === 408 ||
      error.code === 'idempotency_in_flight' ||
      error.code === 'rate_limited'
    );
  return error instanceof AnswerLost;
}

/** The connection broke after the request was sent: it may have been carried out. */
class AnswerLost extends UsageError {}

/**
 * What a verifier writes at length, such as a report, as the very text that it is: its bytes may be signed.
 * @throws {ProblemError}, {UsageError} as {@link request}
 */
export async function requestText(address: VerifierAddress, call: CliRequest): Promise<string> {
  const { response, text } = await exchange(address, call, LONG_DEADLINE_MS);
  if (response.ok) return text;
  throw problem(response, read(text, address.url), address.source);
}

async function once(address: VerifierAddress, call: CliRequest): Promise<JsonValue> {
  const { response, text } = await exchange(address, call, DEADLINE_MS);
  const answer = text === '' ? null : read(text, address.url);
  if (response.ok) return answer;
  throw problem(response, answer, address.source);
}

async function exchange(
  { url, token, key = null, clock = () => new Date() }: VerifierAddress,
  call: CliRequest,
  deadlineMs: number,
): Promise<{ readonly response: Response; readonly text: string }> {
  const target = new URL(call.path, url);
  const { method } = call;
  const shown = token === null ? {} : await credentials(token, key, { method, url: target, now: clock() });
  const headers: Record<string, string> = { accept: 'application/json', ...shown, ...call.headers };
  if (call.body !== undefined) headers['content-type'] = call.body.mediaType;
  const response = await reach(target, {
    method,
    headers,
    redirect: 'error', // a token follows no redirect
    signal: AbortSignal.timeout(deadlineMs),
    ...(call.body === undefined ? {} : { body: call.body.bytes }),
  });
  const text = await response.text().catch((cause: unknown) => {
    throw lost(target, cause);
  });
  return { response, text };
}

async function reach(target: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(target, init);
  } catch (cause) {
    if (isBroken(cause)) throw lost(target, cause);
    throw unreached(
      target.origin,
      cause,
      'Start one with `sextant serve`, or name it with --url or SEXTANT_URL.',
    );
  }
}

/** Whether there was a connection, which ended before the answer came. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError') return true;
  const code = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

function lost(target: URL, cause: unknown): AnswerLost {
  const hint =
    target.protocol === 'http:'
      ? ' A verifier with TLS ends every connection without it: say https:// there.'
      : '';
  return new AnswerLost(
    'not_a_verifier',
    `the connection to ${target.origin} broke`,
    `It may have been carried out: look at the present state before you ask again.${hint}`,
    cause,
  );
}

function read(text: string, url: URL): JsonValue {
  try {
    return parseJson(text, { maxBytes: MAX_ANSWER_BYTES, maxNodes: 5_000_000 });
  } catch (cause) {
    throw new UsageError('not_a_verifier', `${url.origin} did not answer with JSON`, undefined, cause);
  }
}

function problem(response: Response, answer: JsonValue, source: string | undefined): ProblemError {
  const { status } = response;
  const members = isJsonObject(answer) ? answer : {};
  const errors = Array.isArray(members['errors']) ? members['errors'].filter(isJsonObject) : [];
  const title = text(members['title']);
  const detail = text(members['detail']) ?? title ?? `HTTP ${status}`;
  const first = text(errors[0]?.['path']);
  // A detail that only repeats the first of the errors gives way to the title, and they all follow.
  const message = first !== undefined && detail.startsWith(`${first}:`) ? (title ?? detail) : detail;
  const mends = [...new Set(errors.flatMap((item) => text(item['mend']) ?? []))];
  const mend = text(members['mend']) ?? (mends.join(' ') || mendOf(status, source));
  const code = text(members['code']) ?? `http_${status}`;
  return new ProblemError(response, code, [message, ...errors.map(describeItem)].join('\n'), mend);
}

/** What is most often wrong: the token of somebody else was used. */
function mendOf(status: number, source: string | undefined): string | undefined {
  if (source === undefined || (status !== 401 && status !== 403)) return undefined;
  return `The token came from ${source}; speak with another by --as NAME.`;
}

function describeItem(item: { readonly [name: string]: JsonValue }): string {
  const parts = ['path', 'id', 'code', 'detail', 'message'].flatMap((name) => text(item[name]) ?? []);
  const expected = text(item['expected']);
  const actual = text(item['actual']);
  if (expected !== undefined) parts.push(`expected ${expected}`);
  if (actual !== undefined) parts.push(`found ${actual}`);
  return `  - ${parts.join(': ')}`;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
