import { otlpOf } from './otlp.ts';
import type { Attributes, FinishedSpan } from './tracer.ts';

export type SenderOptions = {
  /** Of an OTLP/HTTP collector; `/v1/traces` is below it. */
  readonly collector: URL;
  readonly resource: Attributes;
  /** Told once when sending begins to fail, and once when it works again: null. */
  readonly report: (failure: string | null) => void;
  readonly everyMs?: number;
  readonly timeoutMs?: number;
};

export type Sender = {
  readonly add: (span: FinishedSpan) => void;
  /** Since the start: sent, and thrown away because nobody took them. */
  readonly counts: () => { readonly sent: number; readonly dropped: number };
  /** Sends what is left, once. */
  readonly close: () => Promise<void>;
};

/** Spans that wait; more are thrown away. Traces help to look at a verifier and never hold it up. */
const MAX_WAITING = 2_048;
const MAX_SENT = 512;
const EVERY_MS = 2_000;
const TIMEOUT_MS = 5_000;

/** Sends spans to a collector, in the background and in pieces. What a collector did not take is not sent again. */
export function traceSender(options: SenderOptions): Sender {
  const { collector, resource, report, everyMs = EVERY_MS, timeoutMs = TIMEOUT_MS } = options;
  const url = new URL(`${collector.pathname.replace(/\/$/, '')}/v1/traces`, collector);
  const waiting: FinishedSpan[] = [];
  const counts = { sent: 0, dropped: 0 };
  let isFailing = false;
  let underWay: Promise<void> | undefined;

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const spans = waiting.splice(0, MAX_SENT);
      const failure = await post(url, JSON.stringify(otlpOf(spans, resource)), timeoutMs);
      counts[failure === null ? 'sent' : 'dropped'] += spans.length;
      if ((failure !== null) !== isFailing) report(failure);
      isFailing = failure !== null;
      // One attempt at a time: what waits has its turn at the next tick.
      if (isFailing) return;
    }
  };
  const flush = (): Promise<void> => {
    underWay ??= send().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();
  return {
    add: (span) => {
      if (waiting.length >= MAX_WAITING) counts.dropped++;
      else waiting.push(span);
    },
    counts: () => ({ ...counts }),
    close: async () => {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}

/** Why the collector did not take it; null where it did. */
async function post(url: URL, body: string, timeoutMs: number): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
