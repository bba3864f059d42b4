import { AsyncLocalStorage } from 'node:async_hooks';
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
      said = { ...said, failed: true };
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
