import type { Context } from '../service/context.ts';
import { healthRoutes } from './health/routes.ts';
import type { Metrics } from './metrics/metrics.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { type Authenticators, refuseEverybody } from './middleware/authorise.ts';
import type { Route } from './route.ts';
import { wellKnownRoutes } from './well-known/routes.ts';

export type VerifierRoutesOptions = {
  readonly metrics: Metrics;
  /** `public` where the server listens on loopback alone. */
  readonly metricsAccess: 'public' | 'bearer';
  readonly version: string;
};

export type VerifierRoutes = { readonly routes: readonly Route[]; readonly authenticators: Authenticators };

/** Everything that a verifier serves: the one list of resources. */
export function verifierRoutes(context: Context, options: VerifierRoutesOptions): VerifierRoutes {
  const { store, keys, log } = context;
  const resources: Route[] = [
    ...healthRoutes([{ name: 'store', check: () => store.ping() }], (name, error) =>
      log.error({ check: name, err: error }, 'not ready'),
    ),
    ...metricsRoutes(options.metrics, options.metricsAccess),
  ];
  return {
    routes: [...resources, ...wellKnownRoutes(keys, options.version, resources)],
    authenticators: refuseEverybody,
  };
}
