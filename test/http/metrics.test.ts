import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/http/metrics/metrics.ts';

describe('metrics of a route', () => {
  it('count requests by class and durations in cumulative buckets', async () => {
    const metrics = createMetrics();
    const route = metrics.forRoute({ method: 'GET', route: '/v1/things/{thingId}' });
    for (const [status, seconds] of [
      [200, 0.0005],
      [204, 0.003],
      [404, 20],
    ] as const) {
      route.begin();
      route.end(status, seconds);
    }
    const text = await metrics.text();
    const value = (sample: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${sample} `))
          ?.split(' ')
          .at(-1),
      );
    const labels = 'method="GET",route="/v1/things/{thingId}"';
    const bucket = (le: string): number =>
      value(`sextant_http_request_duration_seconds_bucket{${labels},le="${le}"}`);
    expect(value(`sextant_http_requests_total{${labels},status="2xx"}`)).toBe(2);
    expect(value(`sextant_http_requests_total{${labels},status="4xx"}`)).toBe(1);
    expect(value(`sextant_http_requests_total{${labels},status="5xx"}`)).toBe(0);
    expect(['0.0005', '0.0025', '0.005', '10', '+Inf'].map(bucket)).toEqual([1, 1, 2, 2, 3]);
    expect(value(`sextant_http_request_duration_seconds_count{${labels}}`)).toBe(3);
    expect(value(`sextant_http_request_duration_seconds_sum{${labels}}`)).toBeCloseTo(20.0035);
    expect(value('sextant_http_requests_in_flight')).toBe(0);
  });
});

it('tell what there is of vendors’ documents, and how the vendors answer', async () => {
  const metrics = createMetrics();
  const amd = { state: 'unasked', requests: 0, failures: 0, lastFailure: null, queued: 0 } as const;
  metrics.watchCollateral(() => ({
    vendors: {
      intel: { state: 'failing', requests: 7, failures: 3, lastFailure: 'collateral_timeout', queued: 2 },
      amd,
      nvidia: amd,
    },
    documents: { current: 4, due: 1, expired: 2 },
    nextExpiry: new Date('2026-03-01T00:00:00Z'),
  }));
  const text = await metrics.text();
  for (const sample of [
    'sextant_collateral_documents{state="current"} 4',
    'sextant_collateral_documents{state="expired"} 2',
    'sextant_collateral_next_expiry_timestamp_seconds 1772323200',
    'sextant_collateral_requests{vendor="intel"} 7',
    'sextant_collateral_failures{vendor="intel"} 3',
    'sextant_collateral_queued{vendor="intel"} 2',
    'sextant_collateral_failing{vendor="intel"} 1',
    'sextant_collateral_failing{vendor="amd"} 0',
  ]) {
    expect(text.split('\n')).toContain(sample);
  }
});
