import { number, text } from '../configuration/setting.ts';
import { percent } from '../options.ts';

/** Where an agent's go. */
export const AGENT_TRACE_SETTINGS = {
  traces: text({
    flags: '--traces <url>',
    variable: 'SEXTANT_AGENT_TRACES',
    what: 'OpenTelemetry collector that traces are sent to, by OTLP over HTTP in JSON; the verifier follows its part of them, if it takes traces too (docs/operations.md)',
    fallback: undefined,
    otherwise: 'none',
  }),
  traceShare: number({
    flags: '--trace-share <percent>',
    variable: 'SEXTANT_AGENT_TRACE_SHARE',
    what: 'how many attestations and renewals are traced',
    parse: percent,
    fallback: 10,
  }),
} as const;

/** Where a verifier's traces go, and how many there are. */
export const TRACE_SETTINGS = {
  traces: text({
    flags: '--traces <url>',
    variable: 'SEXTANT_TRACES',
    what: 'OpenTelemetry collector that traces are sent to, by OTLP over HTTP in JSON, e.g. http://127.0.0.1:4318',
    fallback: undefined,
    otherwise: 'none',
  }),
  traceShare: number({
    flags: '--trace-share <percent>',
    variable: 'SEXTANT_TRACE_SHARE',
    what: 'how many of the requests are traced about which no traceparent decides',
    parse: percent,
    fallback: 10,
  }),
} as const;
