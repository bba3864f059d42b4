import type { Logger } from 'pino';
import type { Family } from '../../http/metrics/families.ts';
import { traceSender } from '../../service/telemetry/trace/sender.ts';
import { Tracer } from '../../service/telemetry/trace/tracer.ts';
import { UsageError } from '../failure.ts';
import { programVersion } from '../version.ts';
import { pooledRandom } from './random.ts';

/** What a verifier that is traced is handed. */
export type Traces = {
  readonly tracer: Tracer;
  readonly families: () => readonly Family[];
  readonly close: () => Promise<void>;
};

/**
 * Traces to a collector.
 * @param share of requests that nobody else decided about, 0 to 1
 * @param log told when sending begins to fail, and when it works again
 * @param service what sends them, by its name in traces
 * @throws UsageError `usage`
 */
export function openTraces(
  collector: string,
  share: number,
  log: Pick<Logger, 'info' | 'warn'>,
  service = 'sextant',
): Traces {
  const url = URL.parse(collector);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new UsageError(
      'usage',
      '--traces takes the address of an OTLP/HTTP collector',
      'Give http://127.0.0.1:4318, without user, password and query.',
    );
  }
  const random = pooledRandom();
  const sender = traceSender({
    collector: url,
    resource: { 'service.name': service, 'service.version': programVersion() },
    report: (failure) =>
      failure === null ? log.info('traces.sent') : log.warn({ failure }, 'traces.not-sent'),
  });
  const nowMs = () => performance.timeOrigin + performance.now();
  const tracer = new Tracer({ random, nowMs, share, finished: sender.add });
  return {
    tracer,
    families: () => {
      const { sent, dropped } = sender.counts();
      const samples = [
        { labels: { result: 'sent' }, value: sent },
        { labels: { result: 'dropped' }, value: dropped },
      ];
      const help = 'Spans that a collector took, and that were thrown away because none did.';
      return [{ type: 'counter', name: 'sextant_trace_spans_total', help, samples }];
    },
    close: sender.close,
  };
}
