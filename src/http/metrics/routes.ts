import { content } from '../reply.ts';
import { type Authorise, type Route, route } from '../route.ts';
import type { Metrics } from './metrics.ts';

/**
 * @param access `public` where the server listens on loopback alone; elsewhere a token with `metrics:read`, which an
 *   administrator can mint with no other scope. The numbers name no tenant, but they tell a stranger how busy it is here.
 */
export function metricsRoutes(metrics: Metrics, access: 'public' | 'bearer'): Route[] {
  const authorise: Authorise =
    access === 'public' ? { scheme: 'public' } : { scheme: 'bearer', scope: 'metrics:read', effect: 'reads' };
  const mediaType = metrics.contentType;
  return [
    route({
      method: 'GET',
      path: '/metrics',
      operationId: 'getMetrics',
      summary: 'Prometheus metrics',
      tag: 'Operation',
      authorise,
      responses: { 200: { description: 'Text exposition format.', mediaType: 'text/plain' } },
      handle: async () => content(mediaType, await metrics.text()),
    }),
  ];
}
