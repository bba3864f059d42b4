import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CollateralStatus } from '../../collateral/source.ts';
import { registerCollateral } from './collateral.ts';
import { exposition, type RouteLabels, RouteTally } from './tally.ts';

/**
 * The verifier's Prometheus metrics. Label values come from closed sets (route patterns, methods, status classes), never
 * from a request: a label that held a path would give whoever asks a way to fill the memory.
 */
export type Metrics = {
  readonly contentType: string;
  /** Everything, in the text exposition format. */
  readonly text: () => Promise<string>;
  /** What a route counts into, its labels resolved once. */
  readonly forRoute: (labels: RouteLabels) => RouteMetrics;
  /** Once: what there is of vendors' documents, asked whenever somebody scrapes. */
  readonly watchCollateral: (status: () => CollateralStatus) => void;
};

export type RouteMetrics = {
  readonly begin: () => void;
  readonly end: (status: number, seconds: number) => void;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const tallies: RouteTally[] = [];
  let underWay = 0;
  new Gauge({
    name: 'sextant_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers: [registry],
    collect() {
      this.set(underWay);
    },
  });
  return {
    contentType: registry.contentType,
    text: async () => `${await registry.metrics()}\n${exposition(tallies)}`,
    watchCollateral: (status) => registerCollateral(registry, status),
    forRoute: (labels) => {
      const tally = new RouteTally(labels);
      tallies.push(tally);
      return {
        begin: () => {
          underWay++;
        },
        end: (status, seconds) => {
          underWay--;
          tally.add(status, seconds);
        },
      };
    },
  };
}
