import type { IncomingMessage, ServerResponse } from 'node:http';
import { lingerAtClose } from './lingering.ts';
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

/** Beyond this an unread body is not worth keeping the connection for: a stranger may not hold it by sending on and on what nobody reads. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/** How every answer of a server is given. */
export type Manner = {
  /** Whether this server speaks TLS itself. */
  readonly secure: boolean;
  /** For which a client that is answered before it has sent all may go on sending, where the connection is closed. */
  readonly lingerMs: number;
};

/** One request and its one answer: the deadline and the handler may race, and the first answer counts. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #manner: Manner;
  status = 0;

  constructor(request: IncomingMessage, response: ServerResponse, manner: Manner) {
    this.#request = request;
    this.#response = response;
    this.#manner = manner;
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
    if (this.#manner.secure) headers.push(...HSTS);
    const bytes = payload === null ? 0 : Buffer.byteLength(payload);
    if (goesOn) {
      headers.push('content-type', mediaType);
    } else if (payload !== null) {
      headers.push('content-type', mediaType, 'content-length', String(bytes));
    } else if (reply.status !== 204 && reply.status !== 304) {
      headers.push('content-length', '0');
    }
    const unread = this.#unreadBytes();
    const closes = closing || goesOn || unread > MAX_DISCARDED_BYTES;
    if (closes) headers.push('connection', 'close');
    if (closes && unread > 0) lingerAtClose(this.#request, this.#manner.lingerMs);
    this.#response.writeHead(reply.status, headers);
    // HEAD asks for the headers alone, which of an answer without end is all that it gets.
    if (goesOn && this.#request.method !== 'HEAD') reply.open(sinkOf(this.#response, ending));
    // As many bytes as characters: each is one of ASCII, and is copied as it stands.
    else this.#response.end(payload ?? undefined, bytes === payload?.length ? 'latin1' : 'utf8');
    return true;
  }

  /** What of the body may still have to come: at most as many bytes; infinitely many in chunks, which do not say. */
  #unreadBytes(): number {
    const request = this.#request;
    if (request.complete) return 0;
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    return coding === undefined ? Number(length ?? 0) : Number.POSITIVE_INFINITY;
  }
}

function payloadOf(reply: Reply): readonly [mediaType: string, payload: string | Uint8Array | null] {
  if ('open' in reply) return [reply.mediaType, null];
  if ('content' in reply) return [reply.mediaType, reply.content];
  if (reply.body === undefined) return ['', null];
  return ['application/json', JSON.stringify(reply.body)];
}
