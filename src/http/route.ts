import type { z } from 'zod';
import type { Scope } from '../service/access/scopes.ts';
import type {
  Binder,
  Caller,
  EnrolmentPrincipal,
  HostPrincipal,
  PageVisitor,
  ProvenKey,
} from '../service/principal.ts';
import type { KeptReply, Reply } from './reply.ts';

/**
 * Who may call a route. There is no default and no fallback: a declaration without `authorise` does not compile, exactly
 * one scheme is tried, and credentials of another scheme are a refusal.
 */
export type Authorise =
  /** Anybody; credentials are not looked at. */
  | { readonly scheme: 'public' }
  /**
   * A principal whose token holds the scope, or a person whose session in the page does; which roles may hold it is the
   * table in service/access/scopes.ts.
   */
  | { readonly scheme: 'bearer'; readonly scope: Scope; readonly effect: Effect }
  /** Whoever holds a token, with a DPoP proof of the key that it is to be bound to. */
  | { readonly scheme: 'binder' }
  /** An enrolled host, proving possession of its key in this request (DPoP, RFC 9449). */
  | { readonly scheme: 'host' }
  /** Whoever holds an enrolment token, with a DPoP proof of the key that is to become the host key. */
  | { readonly scheme: 'enrolment' }
  /** Whoever proves possession of some key (DPoP); the use case compares the key with the one that it expects. */
  | { readonly scheme: 'key' }
  /** Whoever proves possession of some key, from no other site's page: for what makes a person's session. */
  | { readonly scheme: 'browser' }
  /** A person who is signed in to the page: the cookie of a session, and a proof of its key in this request. */
  | { readonly scheme: 'page' };
export type Scheme = Authorise['scheme'];

/**
 * `changes`: writes anything that a later answer shows, or debits. It asks for possession of the token's key and for an
 * Idempotency-Key. `reads`: the same request again is answered alike and leaves no trace; the token alone is enough.
 */
export type Effect = 'reads' | 'changes';

/** Who calls, by scheme: what a handler is given. */
export type Callers = {
  readonly public: null;
  readonly bearer: Caller;
  readonly binder: Binder;
  readonly host: HostPrincipal;
  readonly enrolment: EnrolmentPrincipal;
  readonly key: ProvenKey;
  readonly browser: ProvenKey;
  readonly page: PageVisitor;
};

/** A JSON body: parsed strictly (duplicate names refused), then validated. */
export type JsonBody<T> = {
  readonly kind: 'json';
  readonly schema: z.ZodType<T>;
  /** Counted while the body streams in; one byte more is 413. */
  readonly maxBytes: number;
};

/** A body that is not one JSON value of ours: signed collections, CSV, NDJSON. */
export type BytesBody<T> = {
  readonly kind: 'bytes';
  readonly mediaTypes: readonly [string, ...string[]];
  readonly maxBytes: number;
  readonly description: string;
  /** From bytes to what the handler is given; may throw a `FormatError`. */
  readonly read: (bytes: Uint8Array) => T;
};

export function jsonBody<T>(schema: z.ZodType<T>, maxBytes: number): JsonBody<T> {
  return { kind: 'json', schema, maxBytes };
}

/** A body handed over byte by byte as it came. */
export function bytesBody(
  mediaTypes: readonly [string, ...string[]],
  maxBytes: number,
  description: string,
): BytesBody<Uint8Array> {
  return { kind: 'bytes', mediaTypes, maxBytes, description, read: (bytes) => bytes };
}

type ResponseDeclaration = {
  readonly description: string;
  /** Absent for an empty body and for content that is not JSON. */
  readonly schema?: z.ZodType;
  readonly mediaType?: string;
};

/** A request, authenticated and validated, as a handler sees it. */
export type Call<Who, Params, Query, Body> = {
  readonly caller: Who;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Media type of the body, without parameters; '' without a body. */
  readonly mediaType: string;
  readonly requestId: string;
  /** Where a stream that broke off goes on. */
  readonly lastEventId: string | undefined;
  /** The Cookie header, for routes that know people by another cookie than their session's. */
  readonly cookies: string | undefined;
  /** For answers that go on: throws what the request would be refused with by now. */
  readonly authoriseAgain: () => Promise<void>;
  /** Aborts when the request's deadline passes or the client goes away. */
  readonly signal: AbortSignal;
};

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Declaration<S extends Scheme, Params, Query, Body> = {
  readonly method: Method;
  /** OpenAPI's form: `/v1/facilities/{facilityId}`. */
  readonly path: `/${string}`;
  /** The last parameter takes the rest of the path, slashes and all; OpenAPI has no word for it. */
  readonly rest?: true;
  /** Unique over all routes; the name in OpenAPI, logs and metrics. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** The resource, as OpenAPI groups it. */
  readonly tag: string;
  readonly authorise: Extract<Authorise, { readonly scheme: S }>;
  readonly params?: z.ZodType<Params>;
  /** Values are strings; unknown names and repeated ones are refused. Without a schema any query is refused. */
  readonly query?: z.ZodType<Query>;
  readonly body?: JsonBody<Body> | BytesBody<Body>;
  /** The successes; problems are the same for every route and are added to OpenAPI. */
  readonly responses: { readonly [status: number]: ResponseDeclaration };
  /** Default: the server's. */
  readonly deadlineMs?: number;
  readonly handle: (call: Call<Callers[S], Params, Query, Body>) => Promise<Reply>;
  /**
   * Before an answer is given again to a repetition under the same Idempotency-Key: throws where it must not be, because
   * what it says no longer holds and somebody could act on it.
   */
  readonly again?: (call: Call<Callers[S], Params, Query, Body>, kept: KeptReply) => Promise<void>;
};

/** A declaration with its types forgotten, as the server keeps it. */
export type Route = Omit<
  Declaration<Scheme, unknown, unknown, unknown>,
  'authorise' | 'body' | 'handle' | 'again'
> & {
  readonly authorise: Authorise;
  readonly body?: JsonBody<unknown> | BytesBody<unknown>;
  readonly handle: (call: Call<unknown, unknown, unknown, unknown>) => Promise<Reply>;
  readonly again?: (call: Call<unknown, unknown, unknown, unknown>, kept: KeptReply) => Promise<void>;
};

/**
 * Declares a route: one value from which the server routes, authorises and validates, and from which the OpenAPI
 * document is generated. Handlers validate nothing again: they call one use case and present its answer.
 *
 * ```ts
 * route({
 *   method: 'GET', path: '/v1/devices/{deviceId}', operationId: 'getDevice', summary: 'One device', tag: 'Devices',
 *   authorise: { scheme: 'bearer', scope: 'devices:read', effect: 'reads' },
 *   params: z.strictObject({ deviceId: deviceId }),
 *   responses: { 200: { description: 'The device.', schema: device } },
 *   handle: async ({ caller, params }) => ok(presentDevice(await getDevice(context, caller, params.deviceId))),
 * })
 * ```
 */
export function route<const S extends Scheme, Params = undefined, Query = undefined, Body = undefined>(
  declaration: Declaration<S, Params, Query, Body>,
): Route {
  // The server hands a handler only what this route's own schemas and authenticator returned.
  return declaration as unknown as Route; // types are forgotten here and nowhere else
}
