import { SextantError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { UsageError } from '../failure.ts';

const DEADLINE_MS = 30_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** The verifier refused: an RFC 9457 problem as it was received. */
class ProblemError extends SextantError {
  readonly status: number;
  readonly mend?: string;

  constructor(status: number, code: string, detail: string, mend: string | undefined) {
    super(code, detail);
    this.status = status;
    if (mend !== undefined) this.mend = mend;
  }
}

export type VerifierAddress = {
  readonly url: URL;
  readonly token: string | null;
  /** Where the token came from, to be named when it is refused. */
  readonly source?: string;
};

export type CliRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: { readonly mediaType: string; readonly bytes: string | Uint8Array<ArrayBuffer> };
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * One request to a verifier, answered by its JSON.
 * @throws {ProblemError} with the verifier's own code
 * @throws {UsageError} `not_a_verifier` when nothing there speaks as one
 */
export async function request({ url, token, source }: VerifierAddress, call: CliRequest): Promise<JsonValue> {
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  if (call.body !== undefined) headers['content-type'] = call.body.mediaType;
  const response = await reach(new URL(call.path, url), {
    method: call.method,
    headers,
    redirect: 'error', // a token follows no redirect
    signal: AbortSignal.timeout(DEADLINE_MS),
    ...(call.body === undefined ? {} : { body: call.body.bytes }),
  });
  const text = await response.text();
  const answer = text === '' ? null : read(text, url);
  if (response.ok) return answer;
  throw problem(response.status, answer, source);
}

async function reach(target: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(target, init);
  } catch (cause) {
    throw new UsageError(
      'not_a_verifier',
      `no verifier answers at ${target.origin}`,
      'Start one with `sextant serve`, or name it with --url or SEXTANT_URL.',
      cause,
    );
  }
}

function read(text: string, url: URL): JsonValue {
  try {
    return parseJson(text, { maxBytes: MAX_ANSWER_BYTES, maxNodes: 5_000_000 });
  } catch (cause) {
    throw new UsageError('not_a_verifier', `${url.origin} did not answer with JSON`, undefined, cause);
  }
}

function problem(status: number, answer: JsonValue, source: string | undefined): ProblemError {
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
  return new ProblemError(status, code, [message, ...errors.map(describeItem)].join('\n'), mend);
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
