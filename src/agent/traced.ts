import type { SpanKind, Tracer } from '../service/telemetry/trace/tracer.ts';

/** What an agent does, as it shows in traces: that it is done, how long it takes, a code where it fails; never of which host, device or place. */
type AgentSpan =
  | 'agent.attest'
  | 'agent.session'
  | 'agent.collect'
  | 'agent.submit'
  | 'agent.locate'
  | 'agent.renew';

/** Does the work, followed where somebody takes traces. */
export function follow<T>(
  tracer: Tracer | undefined,
  name: AgentSpan,
  kind: SpanKind,
  work: () => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : tracer.within(name, kind, work);
}
