/** Upper bounds in seconds; the deadline of a request ends the scale. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

const REQUESTS = 'sextant_http_requests_total';
const DURATION = 'sextant_http_request_duration_seconds';

/** Both values are the declaration's own, so that neither needs escaping: nothing a request could choose. */
export type RouteLabels = { readonly method: string; readonly route: string };

/**
 * What one route has answered: plain numbers, added to on every request and written out only when somebody scrapes.
 * (prom-client's own counters hash their labels on every call, which costs as much as a row read from the store.)
 */
export class RouteTally {
  readonly #labels: string;
  readonly #byClass = new Float64Array(CLASSES.length);
  /** By the first bound that is not below; the last place is for what is above them all. */
  readonly #byBucket = new Float64Array(BUCKETS.length + 1);
  #seconds = 0;

  constructor({ method, route }: RouteLabels) {
    this.#labels = `method="${method}",route="${route}"`;
  }

  add(status: number, seconds: number): void {
    const place = Math.trunc(status / 100) - 1;
    this.#byClass[place] = (this.#byClass[place] ?? 0) + 1;
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? 0)) bucket++;
    this.#byBucket[bucket] = (this.#byBucket[bucket] ?? 0) + 1;
    this.#seconds += seconds;
  }

  requests(): string[] {
    return CLASSES.map((name, place) => {
      return `${REQUESTS}{${this.#labels},status="${name}"} ${this.#byClass[place] ?? 0}`;
    });
  }

  /** Buckets are cumulative, as Prometheus wants them. */
  durations(): string[] {
    let count = 0;
    const buckets = [...BUCKETS, '+Inf'].map((bound, place) => {
      count += this.#byBucket[place] ?? 0;
      return `${DURATION}_bucket{${this.#labels},le="${bound}"} ${count}`;
    });
    return [
      ...buckets,
      `${DURATION}_sum{${this.#labels}} ${this.#seconds}`,
      `${DURATION}_count{${this.#labels}} ${count}`,
    ];
  }
}

/** All routes' tallies in the text exposition format. */
export function exposition(tallies: readonly RouteTally[]): string {
  return [
    `# HELP ${REQUESTS} Requests answered, by route pattern, method and status class.`,
    `# TYPE ${REQUESTS} counter`,
    ...tallies.flatMap((tally) => tally.requests()),
    '',
    `# HELP ${DURATION} From the request line to the answer, by route pattern and method.`,
    `# TYPE ${DURATION} histogram`,
    ...tallies.flatMap((tally) => tally.durations()),
    '',
  ].join('\n');
}
