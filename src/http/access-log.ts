import { type Logger, symbols } from 'pino';

/** One line of the access log: who asked for what and what came of it; no secret, no evidence, no value of a request. */
export type AccessEntry = {
  readonly requestId: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
  /** Identifier of whoever called. */
  readonly caller?: string | undefined;
  /** Of the problem that was answered. */
  readonly code?: string | undefined;
  readonly traceId?: string | undefined;
};

/** What pino offers to libraries by its symbols: https://github.com/pinojs/pino/blob/main/docs/api.md#pino-symbols. */
type Inner = {
  readonly [symbols.streamSym]: { readonly write: (line: string) => void };
  /** How a line of each level begins. */
  readonly [symbols.lsCacheSym]: { readonly [level: number]: string };
  /** What the child was given, as it stands in its lines. */
  readonly [symbols.chindingsSym]: string;
  readonly [symbols.timeSym]: () => string;
};

/** Stands in JSON as it is. */
const PLAIN = /^[\w.:-]*$/;

/**
 * Writes the lines of one operation, each as `log.child({ operation }).info(entry, 'request')` would of a logger without serializers, formatters and
 * the like. With every line pino looks at each member of whatever it is given, which costs as much as finding the token of whoever asks.
 */
export function accessLog(log: Logger, operation: string): (entry: AccessEntry) => void {
  const child = log.child({ operation });
  if (!child.isLevelEnabled('info')) return () => {};
  const inner = child as unknown as Inner; // see there
  const stream = inner[symbols.streamSym];
  const time = inner[symbols.timeSym];
  const begin = inner[symbols.lsCacheSym][child.levels.values['info'] ?? 0] ?? '{';
  const bound = inner[symbols.chindingsSym];
  return ({ requestId, method, status, durationMs, caller, code, traceId }) => {
    const asked = `,"requestId":${quoted(requestId)},"method":${quoted(method)}`;
    const came = `,"status":${status},"durationMs":${durationMs}`;
    const more = member('caller', caller) + member('code', code) + member('traceId', traceId);
    stream.write(`${begin}${time()}${bound}${asked}${came}${more},"msg":"request"}\n`);
  };
}

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${quoted(value)}`;
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
