import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CollateralStatus } from '../../collateral/source.ts';
import type { ServiceState } from '../../service/telemetry/state.ts';
import type { Tally } from '../../service/telemetry/tally.ts';
import { registerCollateral } from './collateral.ts';
import { exposition, type Family } from './families.ts';
import { stateFamilies } from './state.ts';
import { type RouteLabels, RouteTally, routeExposition } from './tally.ts';
import { workExposition } from './work.ts';

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
  /** Once: how things stand in the store. */
  readonly watchState: (read: () => Promise<ServiceState>) => void;
  /** Anything else that is asked whenever somebody scrapes. */
  readonly watch: (read: () => readonly Family[]) => void;
};

export type RouteMetrics = {
  readonly begin: () => void;
  readonly end: (status: number, seconds: number) => void;
};

/** @param tally what the store was seen doing (service/telemetry); nothing of it is said unless given */
export function createMetrics(tally?: Tally): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const tallies: RouteTally[] = [];
  const watched: (() => readonly Family[])[] = [];
  let underWay = 0;
  let readState: (() => Promise<ServiceState>) | undefined;
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
    text: async () => {
      const state = readState === undefined ? [] : stateFamilies(await readState().catch(unknown));
      const parts = [
        await registry.metrics(),
        routeExposition(tallies),
        ...(tally === undefined ? [] : [workExposition(tally)]),
        exposition([...state, ...watched.flatMap((read) => read())]),
      ];
      return `${parts.join('\n')}\n`;
    },
    watchCollateral: (status) => registerCollateral(registry, status),
    watchState: (read) => {
      readState = read;
    },
    watch: (read) => {
      watched.push(read);
    },
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

/** A store that does not answer is told by `sextant_state_readable`, and by readiness. */
function unknown(): null {
  return null;
}
