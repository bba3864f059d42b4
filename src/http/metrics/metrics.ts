import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The verifier's Prometheus metrics. Label values come from closed sets (route patterns, methods, status classes), never
 * from a request: a label that held a path would give whoever asks a way to fill the memory.
 */
export type Metrics = {
  readonly registry: Registry;
  /** What a route counts into, its labels resolved once. */
  readonly forRoute: (labels: RouteLabels) => RouteMetrics;
};

type RouteLabels = { readonly method: string; readonly route: string };

export type RouteMetrics = {
  readonly begin: () => void;
  readonly end: (status: number, seconds: number) => void;
};

/** Seconds; the deadline of a request ends the scale. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'sextant_http_requests_total',
    help: 'Requests answered, by route pattern, method and status class.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'sextant_http_request_duration_seconds',
    help: 'From the request line to the answer, by route pattern and method.',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers: [registry],
  });
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
    registry,
    forRoute: (labels) => {
      const byClass = CLASSES.map((status) => requests.labels({ ...labels, status }));
      const seconds = duration.labels({ ...labels });
      return {
        begin: () => {
          underWay++;
        },
        end: (status, elapsed) => {
          underWay--;
          byClass[Math.trunc(status / 100) - 1]?.inc();
          seconds.observe(elapsed);
        },
      };
    },
  };
}
