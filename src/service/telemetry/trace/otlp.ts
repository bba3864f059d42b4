import type { Attributes, FinishedSpan, SpanKind } from './tracer.ts';

/** opentelemetry/proto/trace/v1/trace.proto, SpanKind and StatusCode. */
const KINDS: { readonly [K in SpanKind]: number } = { internal: 1, server: 2, client: 3 };
const STATUS_ERROR = 2;

/**
 * Spans as OTLP carries them in JSON (ExportTraceServiceRequest, opentelemetry-proto 1.x): ids in hexadecimal, 64-bit numbers as
 * text.
 * @param resource what sent them, e.g. `service.name`
 */
export function otlpOf(spans: readonly FinishedSpan[], resource: Attributes): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'sextant' }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

function spanOf(span: FinishedSpan): object {
  const { traceId, spanId, parentSpanId, name, kind, beganMs, endedMs, attributes, failed } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId === null ? {} : { parentSpanId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanos(beganMs),
    endTimeUnixNano: nanos(endedMs),
    attributes: attributesOf(attributes),
    ...(failed ? { status: { code: STATUS_ERROR } } : {}),
  };
}

function attributesOf(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}

/** Of a double only microseconds are known of an instant of today. */
function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
