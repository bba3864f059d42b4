/** Which request of somebody's something belongs to: W3C Trace Context, section 3.2. */
export type TraceContext = {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 of them: the caller's span. */
  readonly spanId: string;
  readonly sampled: boolean;
};

const FIELDS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 0x01;

/**
 * Reads a `traceparent`. Null for what is none: the standard has a new trace begun then, and nobody refused for it. A version to come
 * is read by what it has of version 00 (section 4.3); `ff` is no version, and 00 has nothing behind its flags.
 */
export function parseTraceparent(header: string | undefined): TraceContext | null {
  const [, version, traceId = '', spanId = '', flags = '', more] = FIELDS.exec(header ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** Version 00. */
export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}
