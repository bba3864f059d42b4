import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import { createMetrics } from '../../http/metrics/metrics.ts';
import { verifierRoutes } from '../../http/routes.ts';
import { type RunningServer, startServer } from '../../http/server.ts';
import { systemClock } from '../../service/clock.ts';
import type { CollateralAccess } from '../../service/collateral/access.ts';
import type { Clock, Context, Random, ServiceConfig } from '../../service/context.ts';
import type { Witness } from '../../service/witness/witness.ts';
import { type BundleVerifier, ownThread } from '../../service/workers/bundle-verifier.ts';
import { workerPool } from '../../service/workers/pool.ts';
import type { Store } from '../../store/port.ts';
import { UsageError } from '../failure.ts';
import { worldAtlas, worldCountries } from '../locate/atlas.ts';
import { programVersion } from '../version.ts';
import { keepCollateral } from './collateral.ts';
import { DEFAULT_ROTATE_EAR_AFTER_DAYS, SERVICE_DEFAULTS } from './defaults.ts';
import { keepKeys, openKeys, originByKey } from './keys.ts';
import { keepSchedules } from './schedules.ts';
import { openStore } from './store.ts';
import { keepWebhooks } from './webhooks.ts';
import { keepWitnesses } from './witnesses.ts';
import { boundYoungGeneration } from './young-generation.ts';

const DAY_MS = 86_400_000;

export type VerifierOptions = {
  /** Everything that lasts: the embedded database, and keys. */
  readonly data: string;
  /** `postgres://…`: a database in the place of the embedded one. */
  readonly database?: string;
  /** The private keys; the data folder's `keys` unless given. All processes on one database share one folder. */
  readonly keys?: string;
  readonly host: string;
  readonly port: number;
  /** As hosts reach it; where it listens unless given. */
  readonly publicUrl?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly log: Logger;
  readonly config?: Partial<ServiceConfig>;
  /** Takes the place of the clock for whoever asks: the demonstration looks ahead with it. What is due is due by the machine's own. */
  readonly clock?: (machine: Clock) => Clock;
  /** Where vendors' documents come from; from nowhere unless given, and then no evidence of a TEE verifies. */
  readonly collateral?: (context: Pick<Context, 'clock' | 'log'>) => Promise<CollateralAccess>;
  /** How long one key signs results before the next takes its turn. */
  readonly rotateEarAfterDays?: number;
  /** Who cosigns the log's checkpoints. */
  readonly witnesses?: readonly Witness[];
  /** Threads that verify what hosts submit; 0, the default: the one that serves. */
  readonly workers?: number;
  /** Commits without fsync, so that a test can show that its absence is noticed. */
  readonly dangerouslyUnsynced?: boolean;
};

export type Verifier = {
  readonly url: string;
  readonly context: Context;
  /** Lets what is under way finish, then closes the store. */
  readonly close: () => Promise<void>;
};

/** A verifier in this process: store, keys, clock, routes and the listening server, put together. */
export async function startVerifier(options: VerifierOptions): Promise<Verifier> {
  const { data, log } = options;
  const store = await openStore(options);
  let server: RunningServer | undefined;
  const machine = systemClock(() => store.highWater());
  const clock = (options.clock ?? asItIs)(machine);
  const random: Random = (length) => new Uint8Array(randomBytes(length));
  const settings = { ...SERVICE_DEFAULTS, ...options.config };
  const bundles = openBundleVerifier(options.workers ?? 0, { random, log });
  const { keys, collateral } = await closingOnFailure(store, async () => ({
    keys: await openKeys(options.keys ?? join(data, 'keys'), { store, clock, random }, settings),
    collateral: (await options.collateral?.({ clock, log })) ?? null,
  }));
  const context: Context = {
    store,
    clock,
    random,
    keys,
    log,
    jurisdictions: worldAtlas,
    countries: worldCountries,
    collateral,
    bundles,
    config: {
      ...settings,
      // With port 0 the address is known only once the port is bound; nobody asks for it before.
      get publicUrl() {
        return options.publicUrl ?? server?.url ?? '';
      },
      logOrigin: options.config?.logOrigin ?? originByKey(keys.log),
    },
  };
  server = await closingOnFailure(store, () => listen(context, options));
  const { url, close } = server;
  const endBound = boundYoungGeneration();
  const endCollateral = collateral === null ? () => {} : keepCollateral(collateral.source);
  const endKeys = keepKeys(context, (options.rotateEarAfterDays ?? DEFAULT_ROTATE_EAR_AFTER_DAYS) * DAY_MS);
  const endSchedules = keepSchedules({ ...context, clock: machine });
  const endWebhooks = keepWebhooks(context);
  const endWitnesses = keepWitnesses(context, options.witnesses ?? []);
  return {
    url,
    context,
    close: async () => {
      endBound();
      endWitnesses();
      endCollateral();
      endKeys();
      await endWebhooks();
      await endSchedules();
      await close();
      await bundles.close();
      await store.close();
    },
  };
}

function openBundleVerifier(
  workers: number,
  { random, log }: Pick<Context, 'random' | 'log'>,
): BundleVerifier {
  if (workers === 0) return ownThread;
  return workerPool({ size: workers, random, report: (message) => log.error(message) });
}

/** What fails before the verifier serves leaves no store open. */
async function closingOnFailure<T>(store: Store, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await store.close();
    throw error;
  }
}

function asItIs(clock: Clock): Clock {
  return clock;
}

async function listen(context: Context, options: VerifierOptions): Promise<RunningServer> {
  const { host, port, tls, log } = options;
  const metrics = createMetrics();
  const { routes, authenticators, once } = verifierRoutes(context, {
    metrics,
    metricsAccess: isLoopbackHost(host) ? 'public' : 'bearer',
    version: programVersion(),
  });
  try {
    return await startServer({
      routes,
      authenticators,
      once,
      metrics,
      host,
      port,
      log,
      ...(tls === undefined ? {} : { tls }),
    });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new UsageError(
      'port_in_use',
      `port ${port} is taken on ${host}`,
      'Stop what listens there, or choose another with --port (0 takes any free one).',
      cause,
    );
  }
}
