import { OPERATIONS, type Operations } from './operations.ts';
import { type Sending, send } from './send.ts';

export type OperationId = keyof Operations & keyof typeof OPERATIONS;

/** What an operation is asked with; members that it does not have are left out. */
export type Asked<O extends OperationId> = {
  readonly params?: Operations[O]['params'];
  readonly query?: Operations[O]['query'];
  /** As JSON; a blob is sent as it stands, for operations that read bytes. */
  readonly body?: Operations[O]['body'] | Blob;
  /** Drawn once for what a person does, and kept over its repetitions: see api/change.ts. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
};

export type Answer<O extends OperationId> = Operations[O]['answer'];

/** One request, typed by the OpenAPI document. @throws Problem */
export async function call<O extends OperationId>(operation: O, asked: Asked<O> = {}): Promise<Answer<O>> {
  const response = await callForBytes(operation, asked);
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return (isJson ? await response.json() : undefined) as Answer<O>; // the verifier holds its answers against these schemas
}

/** The same for what is no JSON: evidence, exports, tiles. @throws Problem */
export function callForBytes<O extends OperationId>(operation: O, asked: Asked<O> = {}): Promise<Response> {
  return send(sendingOf(operation, asked));
}

export function sendingOf<O extends OperationId>(operation: O, asked: Asked<O>): Sending {
  const [method = '', template = ''] = OPERATIONS[operation].split(' ');
  const { params = {}, query = {}, body, idempotencyKey, signal } = asked;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (params as { readonly [name: string]: unknown })[name];
    if (value === undefined || value === '') throw new TypeError(`${operation} takes ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  return {
    method,
    path: search.size === 0 ? path : `${path}?${search}`,
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
    signal,
  };
}
