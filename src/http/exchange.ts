import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';
import { sinkOf } from './sink.ts';

/**
 * On every answer. Nothing here is a page, so nothing may be framed, sniffed, cached or run; a page brings its own policy
 * and overrides these by name.
 */
const SECURITY_HEADERS: { readonly [name: string]: string } = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
/** As `writeHead` takes them without looking at each: names and values in turn. */
const SECURITY_LIST = Object.entries(SECURITY_HEADERS).flat();
const HSTS = ['strict-transport-security', 'max-age=31536000'] as const;

/** Beyond this an unread body is not worth the reading: the connection is closed instead. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/** One request and its one answer: the deadline and the handler may race, and the first answer counts. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #secure: boolean;
  status = 0;

  constructor(request: IncomingMessage, response: ServerResponse, secure: boolean) {
    this.#request = request;
    this.#response = response;
    this.#secure = secure;
  }

  get answered(): boolean {
    return this.status !== 0;
  }

  /** Writes the answer, or its beginning, unless there is one; says whether it did. */
  answer(reply: Reply, requestId: string, closing: boolean, ending?: AbortSignal): boolean {
    if (this.answered) return false;
    this.status = reply.status;
    const goesOn = 'open' in reply;
    const [mediaType, payload] = payloadOf(reply);
    const own = reply.headers;
    const headers =
      own === undefined ? SECURITY_LIST.slice() : Object.entries({ ...SECURITY_HEADERS, ...own }).flat();
    headers.push('x-request-id', requestId);
    if (this.#secure) headers.push(...HSTS);
    const bytes = payload === null ? 0 : Buffer.byteLength(payload);
    if (goesOn) {
      headers.push('content-type', mediaType);
    } else if (payload !== null) {
      headers.push('content-type', mediaType, 'content-length', String(bytes));
    } else if (reply.status !== 204 && reply.status !== 304) {
      headers.push('content-length', '0');
    }
    if (closing || goesOn || this.#leavesMuchUnread()) headers.push('connection', 'close');
    this.#response.writeHead(reply.status, headers);
    // HEAD asks for the headers alone, which of an answer without end is all that it gets.
    if (goesOn && this.#request.method !== 'HEAD') reply.open(sinkOf(this.#response, ending));
    // As many bytes as characters: each is one of ASCII, and is copied as it stands.
    else this.#response.end(payload ?? undefined, bytes === payload?.length ? 'latin1' : 'utf8');
    return true;
  }

  /** A stranger may not hold the connection by sending on and on what nobody reads. */
  #leavesMuchUnread(): boolean {
    const request = this.#request;
    if (request.complete) return false;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    return coding !== undefined || Number(length ?? 0) > MAX_DISCARDED_BYTES;
  }
}

function payloadOf(reply: Reply): readonly [mediaType: string, payload: string | Uint8Array | null] {
  if ('open' in reply) return [reply.mediaType, null];
  if ('content' in reply) return [reply.mediaType, reply.content];
  if (reply.body === undefined) return ['', null];
  return ['application/json', JSON.stringify(reply.body)];
}
