/**
 * What a handler answers; the exchange writes it. A body is a JSON value, serialised once, bytes of a named type, or text that goes on
 * until somebody ends it.
 */
export type Reply = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
} & (
  | { readonly body?: unknown }
  | { readonly mediaType: string; readonly content: string | Uint8Array }
  | { readonly mediaType: string; readonly open: (sink: Sink) => void }
);

/** Where an answer that goes on is written. */
export type Sink = {
  /** Aborts once nobody reads any more, or the server shuts down. */
  readonly signal: AbortSignal;
  /** False where the reader is behind: whoever goes on writing fills this machine's memory. */
  readonly write: (text: string) => boolean;
  /** Whether the reader has caught up within a time. */
  readonly drained: (withinMs: number) => Promise<boolean>;
  readonly end: () => void;
  /** Ends the connection as it is. */
  readonly cut: () => void;
};

/** An answer as it went out, to be given again byte for byte; without content, there was none. */
export type KeptReply = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly mediaType: string;
  readonly content?: string | Uint8Array;
};

export function kept(reply: Reply): KeptReply {
  const { status, headers = {} } = reply;
  if ('content' in reply) return { status, headers, mediaType: reply.mediaType, content: reply.content };
  if ('open' in reply) throw new TypeError('an answer that goes on cannot be kept');
  const mediaType = 'application/json';
  if (reply.body === undefined) return { status, headers, mediaType };
  return { status, headers, mediaType, content: JSON.stringify(reply.body) };
}

/** @returns what {@link kept} was given, but for its body, which is text by now */
export function restored({ content, mediaType, ...head }: KeptReply): Reply {
  return content === undefined ? head : { ...head, mediaType, content };
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** @param location path of what was made, e.g. `/v1/devices/dev_…` */
export function created(body: unknown, location: string): Reply {
  return { status: 201, body, headers: { location } };
}

/** Text that goes on. @param open begins to write, and returns at once */
export function stream(mediaType: string, open: (sink: Sink) => void): Reply {
  return { status: 200, mediaType, open };
}

export function noContent(): Reply {
  return { status: 204 };
}

/** Content that is not a JSON value of ours: text, or JSON that is already serialised. */
export function content(mediaType: string, text: string | Uint8Array): Reply {
  return { status: 200, mediaType, content: text };
}
