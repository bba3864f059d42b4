import { Durations } from '../../service/telemetry/durations.ts';
import { heading, histogramLines } from './families.ts';

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

const REQUESTS = 'sextant_http_requests_total';
const DURATION = 'sextant_http_request_duration_seconds';

/** Both values are the declaration's own, so that neither needs escaping: nothing a request could choose. */
export type RouteLabels = { readonly method: string; readonly route: string };

/** What one route has answered: see {@link Durations} for why these are plain numbers. */
export class RouteTally {
  readonly #labels: string;
  readonly #byClass = new Float64Array(CLASSES.length);
  readonly #durations = new Durations();

  constructor({ method, route }: RouteLabels) {
    this.#labels = `method="${method}",route="${route}"`;
  }

  add(status: number, seconds: number): void {
    const place = Math.trunc(status / 100) - 1;
    this.#byClass[place] = (this.#byClass[place] ?? 0) + 1;
    this.#durations.add(seconds);
  }

  requests(): string[] {
    return CLASSES.map((name, place) => {
      return `${REQUESTS}{${this.#labels},status="${name}"} ${this.#byClass[place] ?? 0}`;
    });
  }

  durations(): string[] {
    return histogramLines(DURATION, this.#labels, this.#durations);
  }
}

/** All routes' tallies in the text exposition format. */
export function routeExposition(tallies: readonly RouteTally[]): string {
  return [
    ...heading(REQUESTS, 'Requests answered, by route pattern, method and status class.', 'counter'),
    ...tallies.flatMap((tally) => tally.requests()),
    '',
    ...heading(DURATION, 'From the request line to the answer, by route pattern and method.', 'histogram'),
    ...tallies.flatMap((tally) => tally.durations()),
    '',
  ].join('\n');
}
