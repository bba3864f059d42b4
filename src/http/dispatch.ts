import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ShownCertificate } from '../service/access/certificate.ts';
import { AvailabilityError } from '../service/errors.ts';
import type { Once } from '../service/once/once.ts';
import type { Span, Tracer } from '../service/telemetry/trace/tracer.ts';
import { type AccessEntry, accessLog } from './access-log.ts';
import { type Deadline, Deadlines } from './deadlines.ts';
import { HttpError } from './errors.ts';
import { Exchange, type Manner } from './exchange.ts';
import type { Metrics, RouteMetrics } from './metrics/metrics.ts';
import { type Authenticators, authorise, stillAuthorised } from './middleware/authorise.ts';
import { parseBody, readBody, requireMediaType } from './middleware/body.ts';
import { RequestCall } from './middleware/call.ts';
import { unlessKnown } from './middleware/conditional.ts';
import { readIdempotencyKey, requireAcceptable } from './middleware/headers.ts';
import { answer } from './middleware/once.ts';
import { readQuery } from './middleware/query.ts';
import type { RequestLimits, Told } from './middleware/request-rates.ts';
import { validate } from './middleware/validate.ts';
import type { Page } from './page/page.ts';
import { problemReply } from './problem.ts';
import { noContent, type Reply } from './reply.ts';
import type { Route } from './route.ts';
import { type Match, Router } from './router.ts';
import { describeRequest } from './traced.ts';

export type DispatchOptions = Manner & {
  readonly routes: readonly Route[];
  readonly authenticators: Authenticators;
  /** What is served beside the routes; nothing unless given. */
  readonly page?: Page | undefined;
  /** Does what changes something once for each Idempotency-Key. */
  readonly once: Once;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** How often one address, principal or host may ask. */
  readonly limits: RequestLimits;
  /** The certificate that a request's connection showed, where it was asked for one. */
  readonly certificateOf?: ((request: IncomingMessage) => ShownCertificate | undefined) | undefined;
  /** From the request line to the answer, unless a route says otherwise. */
  readonly deadlineMs: number;
  /** For the whole of a body to arrive. */
  readonly bodyDeadlineMs: number;
  /** Says whether the server is shutting down: answers then close their connections. */
  readonly closing: () => boolean;
  /** Aborts then: answers that go on are ended. */
  readonly ending?: AbortSignal;
  /** Follows requests, where somebody takes traces. */
  readonly tracer?: Tracer;
  /** Tests: hold every JSON answer against its declared schema, and fail the request that breaks it. */
  readonly checkReplies?: boolean;
};

const NO_BYTES = new Uint8Array();

type Bound = {
  readonly declaration: Route;
  readonly metrics: RouteMetrics;
  readonly logAccess: (entry: AccessEntry) => void;
  readonly deadlineMs: number;
  /** Shared by all routes with as much time. */
  readonly deadlines: Deadlines;
};

/** Answers one request: the same short list of steps for every route. */
export function createDispatch(
  options: DispatchOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { authenticators, once, log, metrics, limits } = options;
  const unmatched = metrics.forRoute({ method: 'any', route: 'none' });
  const ofPage = metrics.forRoute({ method: 'GET', route: 'page' });
  const logUnmatched = accessLog(log, 'none');
  const logPage = accessLog(log, 'page');
  const deadlinesByMs = new Map<number, Deadlines>();
  const deadlinesOf = (ms: number): Deadlines => {
    const deadlines = deadlinesByMs.get(ms) ?? new Deadlines(ms);
    deadlinesByMs.set(ms, deadlines);
    return deadlines;
  };
  const router = new Router<Bound>(
    options.routes.map((declaration) => {
      const { deadlineMs = options.deadlineMs } = declaration;
      return {
        declaration,
        metrics: metrics.forRoute({ method: declaration.method, route: declaration.path }),
        logAccess: accessLog(log, declaration.operationId),
        deadlineMs,
        deadlines: deadlinesOf(deadlineMs),
      };
    }),
  );

  /** Steps in the order in which a stranger can make them cost something: the body comes last. */
  async function serve(
    request: IncomingMessage,
    path: string,
    search: string,
    { route: { declaration: route }, params }: Match<Bound>,
    call: RequestCall,
    nowMs: number,
  ): Promise<Reply> {
    const { headers } = request;
    const byAddress = limits.admitAddress(request, route, nowMs);
    const credentials = {
      method: request.method ?? '',
      path,
      authorization: headers.authorization,
      dpop: oneOf(headers['dpop']),
      certificate: options.certificateOf?.(request),
      cookie: headers.cookie,
      origin: headers.origin,
      fetchSite: oneOf(headers['sec-fetch-site']),
    };
    call.caller = await authorise(route.authorise, authenticators, credentials);
    const byCaller = limits.admitCaller(callerOf(call.caller), route, nowMs);
    call.lastEventId = oneOf(headers['last-event-id']);
    call.cookies = headers.cookie;
    call.authoriseAgain = () => stillAuthorised(route.authorise, authenticators, credentials);
    if (route.params !== undefined) call.params = validate(route.params, params, 'path');
    call.query = readQuery(route, search);
    const key = readIdempotencyKey(route.authorise, headers['idempotency-key']);
    if (headers.accept !== undefined) requireAcceptable(headers.accept, mediaTypeOf(route));
    let body: Uint8Array = NO_BYTES;
    if (route.body !== undefined) {
      call.mediaType = requireMediaType(request, route.body);
      body = await readBody(request, route.body, options.bodyDeadlineMs);
      call.body = parseBody(body, route.body);
    }
    const { mediaType } = call;
    const asked = { method: request.method ?? '', target: request.url ?? '', mediaType, body };
    const reply = await answer(once, route, call, key, asked);
    if (options.checkReplies === true) checkReply(route, reply);
    return telling(byCaller ?? byAddress, unlessKnown(headers['if-none-match'], reply));
  }

  const handle = async (request: IncomingMessage, response: ServerResponse, span?: Span): Promise<void> => {
    const startedMs = performance.now();
    const requestId = randomUUID();
    const exchange = new Exchange(request, response, options);
    const method = request.method ?? '';
    const [path, search] = splitTarget(request.url ?? '/');
    const call = new RequestCall(requestId, response);
    let counted = unmatched;
    let operation = 'none';
    let logAccess = logUnmatched;
    let pattern = 'none';
    let code: string | undefined;
    const fail = (error: unknown): void => {
      const problem = problemReply(error, requestId);
      if (problem.status === 500) log.error({ requestId, operation, err: error }, 'request failed');
      // Whoever has not sent all by now may not keep the connection for it.
      const late = problem.status === 408 || problem.status === 503;
      if (exchange.answer(problem, requestId, options.closing() || (late && !request.complete)))
        code = problem.code;
    };
    let deadlines: Deadlines | undefined;
    let deadline: Deadline | undefined;
    unmatched.begin();
    try {
      if (method === 'OPTIONS') {
        exchange.answer(options204(router.allowed(path)), requestId, options.closing());
      } else {
        const match = router.match(method, path);
        if (match === null) {
          const file = options.page?.answer(request, path) ?? null;
          if (file === null) throw router.refusal(method, path);
          [counted, operation, logAccess] = [ofPage, 'page', logPage];
          exchange.answer(file, requestId, options.closing());
        } else {
          const { declaration, deadlineMs } = match.route;
          counted = match.route.metrics;
          operation = declaration.operationId;
          logAccess = match.route.logAccess;
          pattern = declaration.path;
          deadlines = match.route.deadlines;
          deadline = deadlines.begin(() => {
            call.expire();
            fail(new AvailabilityError('deadline_exceeded', `no answer within ${deadlineMs} ms`));
          });
          const reply = await serve(request, path, search, match, call, startedMs);
          exchange.answer(reply, requestId, options.closing(), options.ending);
        }
      }
    } catch (error) {
      fail(error);
    }
    if (deadline !== undefined) deadlines?.meet(deadline);
    const durationMs = Math.round((performance.now() - startedMs) * 1000) / 1000;
    counted.end(exchange.status, durationMs / 1000);
    const { status } = exchange;
    const entry = { requestId, method, status, durationMs, caller: callerOf(call.caller), code };
    if (span === undefined) {
      logAccess(entry);
    } else {
      span.describe(describeRequest({ ...entry, operation, pattern }));
      logAccess({ ...entry, traceId: span.traceId });
    }
  };
  const { tracer } = options;
  if (tracer === undefined) return handle;
  return (request, response) =>
    tracer.request(oneOf(request.headers['traceparent']), 'request', (span) =>
      handle(request, response, span),
    );
}

function splitTarget(target: string): readonly [path: string, search: string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(', ');
}

function options204(allow: readonly string[]): Reply {
  if (allow.length === 0) throw new HttpError('no_such_route', 'no such path');
  return { ...noContent(), headers: { allow: allow.join(', ') } };
}

/** Whoever comes near a limit is told before it is reached. */
function telling(told: Told, reply: Reply): Reply {
  return told === undefined ? reply : { ...reply, headers: { ...reply.headers, ...told } };
}

function mediaTypeOf(route: Route): string {
  for (const status in route.responses) return route.responses[status]?.mediaType ?? 'application/json';
  return 'application/json';
}

/** The identifier of whoever called, for the log; never a token. */
function callerOf(caller: unknown): string | undefined {
  if (typeof caller !== 'object' || caller === null) return undefined;
  if ('hostId' in caller) return String(caller.hostId);
  if ('id' in caller) return String(caller.id);
  return 'jkt' in caller ? String(caller.jkt) : undefined;
}

function checkReply(route: Route, reply: Reply): void {
  const declared = route.responses[reply.status];
  if (declared === undefined) throw new TypeError(`${route.operationId} does not declare ${reply.status}`);
  if (declared.schema === undefined) return;
  if ('body' in reply) declared.schema.parse(JSON.parse(JSON.stringify(reply.body)));
  else if ('content' in reply && reply.mediaType === 'application/json') {
    const { content } = reply;
    declared.schema.parse(
      JSON.parse(typeof content === 'string' ? content : Buffer.from(content).toString()),
    );
  }
}
