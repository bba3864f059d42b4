import { AsyncLocalStorage } from 'node:async_hooks';
import { SextantError } from '../../../bytes/errors.ts';
import { toHex } from '../../../bytes/text.ts';
import type { Random } from '../../context.ts';
import { parseTraceparent, type TraceContext } from './traceparent.ts';

export type SpanKind = 'server' | 'internal' | 'client';

/** What a span tells. Only what this program chose: routes, codes, numbers; never a path, a header, a token or evidence. */
export type Attributes = { readonly [name: string]: string | number };

/** Work that has ended. Instants are milliseconds since the epoch, with fractions. */
export type FinishedSpan = TraceContext & {
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
};

/** Work under way. */
export type Span = TraceContext & {
  /** Says more once more is known; later values take the place of earlier ones. */
  readonly describe: (more: {
    readonly name?: string;
    readonly attributes?: Attributes;
    readonly failed?: boolean;
  }) => void;
};

export type TracerOptions = {
  readonly random: Random;
  /** Milliseconds since the epoch, with fractions, and never going back. */
  readonly nowMs: () => number;
  /** Of those that nobody decided about before: which share is kept, 0 to 1. */
  readonly share: number;
  /** Handed every span that is kept, as it ends. */
  readonly finished: (span: FinishedSpan) => void;
};

/** Follows work through this process. What is not sampled is followed too, so that logs name its trace, and thrown away at its end. */
export class Tracer {
  readonly #options: TracerOptions;
  readonly #underWay = new AsyncLocalStorage<TraceContext>();

  constructor(options: TracerOptions) {
    this.#options = options;
  }

  /**
   * Work that somebody asked for. Whoever sent a `traceparent` has decided whether it is sampled.
   * @param header as it came
   */
  request<T>(header: string | undefined, name: string, work: (span: Span) => Promise<T>): Promise<T> {
    return this.#run(parseTraceparent(header), { name, kind: 'server' }, work);
  }

  /** A part of what is under way; the beginning of a trace where nothing is. */
  within<T>(name: string, kind: SpanKind, work: (span: Span) => Promise<T>): Promise<T> {
    return this.#run(this.#underWay.getStore() ?? null, { name, kind }, work);
  }

  /** What requests to others are told they belong to; null where nothing is under way. */
  current(): TraceContext | null {
    return this.#underWay.getStore() ?? null;
  }

  /** Now, as spans have it. */
  nowMs(): number {
    return this.#options.nowMs();
  }

  /** A part of what is under way that somebody else did and has ended, e.g. another thread; nothing where nothing is under way. */
  past(name: string, { beganMs, endedMs }: { readonly beganMs: number; readonly endedMs: number }): void {
    const parent = this.#underWay.getStore();
    if (parent?.sampled !== true) return;
    const { random, finished } = this.#options;
    const context = { traceId: parent.traceId, spanId: toHex(random(8)), sampled: true };
    const said = { name, kind: 'internal', attributes: {}, failed: false } as const;
    finished({ ...context, ...said, parentSpanId: parent.spanId, beganMs, endedMs });
  }

  async #run<T>(
    parent: TraceContext | null,
    { name, kind }: { readonly name: string; readonly kind: SpanKind },
    work: (span: Span) => Promise<T>,
  ): Promise<T> {
    const { random, nowMs, finished } = this.#options;
    const traceId = parent?.traceId ?? toHex(random(16));
    const sampled = parent?.sampled ?? this.#chosen(traceId);
    const context: TraceContext = { traceId, spanId: toHex(random(8)), sampled };
    let said: { name: string; attributes: Attributes; failed: boolean } = {
      name,
      attributes: {},
      failed: false,
    };
    const span: Span = {
      ...context,
      describe: (more) => {
        said = { ...said, ...more, attributes: { ...said.attributes, ...more.attributes } };
      },
    };
    const beganMs = nowMs();
    try {
      return await this.#underWay.run(context, () => work(span));
    } catch (error) {
      said = { ...said, failed: true, attributes: { ...codeOf(error), ...said.attributes } };
      throw error;
    } finally {
      if (sampled)
        finished({
          ...context,
          ...said,
          kind,
          parentSpanId: parent?.spanId ?? null,
          beganMs,
          endedMs: nowMs(),
        });
    }
  }

  /** By the trace's id, which is random: whoever decides by the same rule decides the same. */
  #chosen(traceId: string): boolean {
    return Number.parseInt(traceId.slice(-12), 16) / 2 ** 48 < this.#options.share;
  }
}

/** Codes are words of this program's own; what a server far away called its refusal is told only where it looks like one. */
function codeOf(error: unknown): Attributes {
  if (!(error instanceof SextantError) || !/^[a-z][a-z0-9_]{0,63}$/.test(error.code)) return {};
  return { 'error.type': error.code };
}
