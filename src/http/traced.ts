import type { Span } from '../service/telemetry/trace/tracer.ts';

type Answered = {
  readonly requestId: string;
  readonly operation: string;
  readonly method: string;
  /** The route's, whose parameters are names: what was asked for is nobody else's business. */
  readonly pattern: string;
  readonly status: number;
  readonly code?: string | undefined;
};

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A request as a trace shows it, by the names of OpenTelemetry's conventions for HTTP, and by ours. */
export function describeRequest({
  requestId,
  operation,
  method,
  pattern,
  status,
  code,
}: Answered): Parameters<Span['describe']>[0] {
  // A stranger may send any word as its method; the conventions have this one for it.
  const known = METHODS.has(method) ? method : '_OTHER';
  return {
    name: `${known} ${pattern}`,
    failed: status >= 500,
    attributes: {
      'http.request.method': known,
      'http.route': pattern,
      'http.response.status_code': status,
      'sextant.operation': operation,
      'sextant.request_id': requestId,
      ...(code === undefined ? {} : { 'error.type': code }),
    },
  };
}
