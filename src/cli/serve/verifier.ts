import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import type { Family } from '../../http/metrics/families.ts';
import { createMetrics } from '../../http/metrics/metrics.ts';
import { processFamilies } from '../../http/metrics/process.ts';
import type { TrustedProxies } from '../../http/middleware/peer.ts';
import type { RequestRates } from '../../http/middleware/request-rates.ts';
import { openPage } from '../../http/page/page.ts';
import { verifierRoutes } from '../../http/routes.ts';
import { type RunningServer, startServer } from '../../http/server.ts';
import type { TlsMaterial } from '../../http/tls/material.ts';
import { systemClock } from '../../service/clock.ts';
import type { CollateralAccess } from '../../service/collateral/access.ts';
import type { Clock, Context, ServiceConfig } from '../../service/context.ts';
import { observedStore } from '../../service/telemetry/observe-store.ts';
import { Tally } from '../../service/telemetry/tally.ts';
import { tracedBundles, tracedStore } from '../../service/telemetry/trace/traced.ts';
import type { Witness } from '../../service/witness/witness.ts';
import { type BundleVerifier, ownThread } from '../../service/workers/bundle-verifier.ts';
import { workerPool } from '../../service/workers/pool.ts';
import { startSeat } from '../../service/workers/seat.ts';
import type { Store } from '../../store/port.ts';
import { UsageError } from '../failure.ts';
import { worldAtlas, worldCountries } from '../locate/atlas.ts';
import { programVersion } from '../version.ts';
import { clientListFamilies } from './client-lists.ts';
import { keepCollateral } from './collateral.ts';
import { DEFAULT_ROTATE_EAR_AFTER_DAYS, SERVICE_DEFAULTS } from './defaults.ts';
import { keepKeys, openKeys, openLogKey } from './keys.ts';
import { openGuardedLog } from './publication.ts';
import { pooledRandom } from './random.ts';
import { keepSchedules } from './schedules.ts';
import { rateShares } from './shares.ts';
import { openStore } from './store.ts';
import type { Traces } from './traces.ts';
import { keepWebhooks } from './webhooks.ts';
import { keepWitnesses } from './witnesses.ts';

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
  readonly tls?: TlsMaterial;
  readonly log: Logger;
  readonly config?: Partial<ServiceConfig>;
  /** Takes the place of the clock for whoever asks: the demonstration looks ahead with it. What is due is due by the machine's own. */
  readonly clock?: (machine: Clock) => Clock;
  /** Where vendors' documents come from; from nowhere unless given, and then no evidence of a TEE verifies. */
  readonly collateral?: (context: Pick<Context, 'clock' | 'log' | 'tracer'>) => Promise<CollateralAccess>;
  /** How long one key signs results before the next takes its turn. */
  readonly rotateEarAfterDays?: number;
  /** Who cosigns the log's checkpoints. */
  readonly witnesses?: readonly Witness[];
  /** Where published checkpoints are kept besides the data folder's `published`: on another disk than the database. */
  readonly published?: string;
  /** Files of checkpoints that were published: the log must begin as they say. */
  readonly checkpoints?: readonly string[];
  /** The built page; the one that this version was built with unless given, null for none. */
  readonly page?: string | null;
  /** How often one address, principal or host may ask; the server's own rates unless given, null for none. */
  readonly rates?: Partial<RequestRates>;
  /** Whose X-Forwarded-For is believed. */
  readonly proxies?: TrustedProxies;
  /** Threads that verify what hosts submit; 0, the default: the one that serves. */
  readonly workers?: number;
  /** Where what it does is followed. */
  readonly traces?: Traces;
  /** Commits without fsync, so that a test can show that its absence is noticed. */
  readonly dangerouslyUnsynced?: boolean;
};

export type Verifier = {
  readonly url: string;
  readonly context: Context;
  readonly renewTls: RunningServer['renewTls'];
  readonly renewClientLists: RunningServer['renewClientLists'];
  readonly clientLists: RunningServer['clientLists'];
  /**
   * Says that it is not ready and goes on serving for `drainMs`, so that balancers can move on; then lets what is under way finish
   * and closes the store.
   */
  readonly close: (drainMs?: number) => Promise<void>;
};

/** A verifier in this process: store, keys, clock, routes and the listening server, put together. */
export async function startVerifier(options: VerifierOptions): Promise<Verifier> {
  const { data, log, traces } = options;
  const tracer = traces?.tracer;
  const tally = new Tally();
  const observed = observedStore(await openStore(options), tally, () => performance.now() / 1000);
  const database = tracer === undefined ? observed : tracedStore(observed, tracer);
  let server: RunningServer | undefined;
  let isStopping = false;
  const machine = systemClock(() => database.highWater());
  const clock = (options.clock ?? asItIs)(machine);
  const random = pooledRandom();
  const settings = { ...SERVICE_DEFAULTS, ...options.config };
  const threads = openBundleVerifier(options.workers ?? 0, { random, log });
  const bundles = tracer === undefined ? threads : tracedBundles(threads, tracer);
  const folder = options.keys ?? join(data, 'keys');
  const { publication, store, origin, keys, collateral } = await closingOnFailure(database, async () => {
    const logKey = await openLogKey(folder, database, options.config?.logOrigin);
    const guarded = await openGuardedLog({ ...options, ...logKey, store: database, clock });
    const how = guarded.publication.refusal === null ? 'whole' : 'as-they-are';
    return {
      ...guarded,
      origin: logKey.origin,
      keys: await openKeys(folder, { store: guarded.store, clock, random }, settings, how),
      collateral:
        (await options.collateral?.({ clock, log, ...(tracer === undefined ? {} : { tracer }) })) ?? null,
    };
  });
  const context: Context = {
    store,
    clock,
    random,
    keys,
    log,
    jurisdictions: worldAtlas,
    countries: worldCountries,
    collateral,
    publication,
    bundles,
    ...(tracer === undefined ? {} : { tracer }),
    config: {
      ...settings,
      // With port 0 the address is known only once the port is bound; nobody asks for it before.
      get publicUrl() {
        return options.publicUrl ?? server?.url ?? '';
      },
      logOrigin: origin,
    },
  };
  const shares = rateShares(store, log);
  server = await closingOnFailure(store, () =>
    listen(context, {
      ...options,
      tally,
      shares: shares.families,
      stopping: () => isStopping,
      clientLists: () => server?.clientLists() ?? null,
    }),
  );
  const endShares = await shares.keep(server.shareRates);
  const { url, close, drain, renewTls, renewClientLists, clientLists } = server;
  const endCollateral = collateral === null ? () => {} : keepCollateral(collateral.source);
  // Where nothing may be recorded nothing is due either.
  const endDuties = publication.refusal === null ? keepDuties(context, machine, options) : async () => {};
  return {
    url,
    context,
    renewTls,
    renewClientLists,
    clientLists,
    close: async (drainMs = 0) => {
      isStopping = true;
      drain();
      if (drainMs > 0) await delay(drainMs);
      endShares();
      endCollateral();
      await endDuties();
      await close();
      await bundles.close();
      await publication.close();
      await store.close();
      await traces?.close();
    },
  };
}

/** What a verifier does unasked, for as long as it runs. Answers what ends it, once what is under way is done. */
function keepDuties(
  context: Context,
  machine: Clock,
  { rotateEarAfterDays = DEFAULT_ROTATE_EAR_AFTER_DAYS, witnesses = [] }: VerifierOptions,
): () => Promise<void> {
  const endKeys = keepKeys(context, rotateEarAfterDays * DAY_MS);
  const endSchedules = keepSchedules({ ...context, clock: machine });
  const endWebhooks = keepWebhooks(context);
  const endWitnesses = keepWitnesses(context, witnesses);
  return async () => {
    endWitnesses();
    endKeys();
    await endWebhooks();
    await endSchedules();
  };
}

/** As packages and clones have it, in `src`. */
const THREAD = new URL('../../../src/cli/serve/thread.mjs', import.meta.url);

function openBundleVerifier(
  workers: number,
  { random, log }: Pick<Context, 'random' | 'log'>,
): BundleVerifier {
  if (workers === 0) return ownThread;
  return workerPool({
    size: workers,
    random,
    report: (message) => log.error(message),
    seat: (options) => startSeat({ ...options, script: THREAD }),
  });
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

/** As packages and clones have it, beside `src`. */
const BUILT_PAGE = resolve(import.meta.dirname, '../../../dist/page');

type ListenOptions = VerifierOptions & {
  readonly tally: Tally;
  readonly shares: () => readonly Family[];
  readonly stopping: () => boolean;
  readonly clientLists: RunningServer['clientLists'];
};

async function listen(context: Context, options: ListenOptions): Promise<RunningServer> {
  const { host, port, tls, log, rates, proxies, tally, stopping, page = BUILT_PAGE } = options;
  const metrics = createMetrics(tally);
  metrics.watch(() => processFamilies(programVersion(), context.bundles));
  metrics.watch(options.shares);
  metrics.watch(() => clientListFamilies(options.clientLists()));
  if (options.traces !== undefined) metrics.watch(options.traces.families);
  const { routes, authenticators, once } = verifierRoutes(context, {
    metrics,
    metricsAccess: isLoopbackHost(host) ? 'public' : 'bearer',
    machine: options.clock === undefined ? () => new Date() : null,
    version: programVersion(),
    stopping,
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
      rates,
      proxies,
      page: page === null ? undefined : openPage(page),
      ...(tls === undefined ? {} : { tls }),
      ...(context.tracer === undefined ? {} : { tracer: context.tracer }),
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
