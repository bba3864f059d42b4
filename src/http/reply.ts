/** What a handler answers; `respond` writes it. A body is either a JSON value, serialised once, or bytes of a named type. */
export type Reply = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
} & ({ readonly body?: unknown } | { readonly mediaType: string; readonly content: string | Uint8Array });

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** @param location path of what was made, e.g. `/v1/devices/dev_…` */
export function created(body: unknown, location: string): Reply {
  return { status: 201, body, headers: { location } };
}

export function noContent(): Reply {
  return { status: 204 };
}

/** Content that is not a JSON value of ours: text, or JSON that is already serialised. */
export function content(mediaType: string, text: string | Uint8Array): Reply {
  return { status: 200, mediaType, content: text };
}
