import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createMetrics } from '../../http/metrics/metrics.ts';
import { verifierRoutes } from '../../http/routes.ts';
import { type RunningServer, startServer } from '../../http/server.ts';
import { systemClock } from '../../service/clock.ts';
import type { CollateralAccess } from '../../service/collateral/access.ts';
import type { Clock, Context, ServiceConfig } from '../../service/context.ts';
import { fileKeyRing } from '../../service/keys/file-keys.ts';
import type { Store } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { UsageError } from '../failure.ts';
import { keepCollateral } from './collateral.ts';
import { SERVICE_DEFAULTS } from './defaults.ts';

export type VerifierOptions = {
  /** Everything that lasts: database and keys. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** As hosts reach it; where it listens unless given. */
  readonly publicUrl?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly log: Logger;
  readonly config?: Partial<ServiceConfig>;
  /** Takes the place of the clock: the demonstration looks ahead with it. */
  readonly clock?: (machine: Clock) => Clock;
  /** Where vendors' documents come from; from nowhere unless given, and then no evidence of a TEE verifies. */
  readonly collateral?: (context: Pick<Context, 'clock' | 'log'>) => Promise<CollateralAccess>;
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
  const { data, log, dangerouslyUnsynced = false } = options;
  const store = await openSqliteStore({ folder: data, dangerouslyUnsynced });
  const keys = fileKeyRing(join(data, 'keys'));
  let server: RunningServer | undefined;
  const clock = (options.clock ?? asItIs)(systemClock(() => store.highWater()));
  const collateral = await openCollateral(options, store, clock);
  const context: Context = {
    store,
    clock,
    random: (length) => new Uint8Array(randomBytes(length)),
    keys,
    log,
    collateral,
    config: {
      ...SERVICE_DEFAULTS,
      ...options.config,
      // With port 0 the address is known only once the port is bound; nobody asks for it before.
      get publicUrl() {
        return options.publicUrl ?? server?.url ?? '';
      },
      // A log is named once and for all; without a name of its own, by its key, which no other log has.
      logOrigin: options.config?.logOrigin ?? `sextant.localhost/${keys.log.kid}`,
    },
  };
  try {
    server = await listen(context, options);
  } catch (error) {
    await store.close();
    throw error;
  }
  const { url, close } = server;
  const endCollateral = collateral === null ? () => {} : keepCollateral(collateral.source);
  return {
    url,
    context,
    close: async () => {
      endCollateral();
      await close();
      await store.close();
    },
  };
}

/** The store is closed again where the cache cannot be opened. @throws CollateralError */
async function openCollateral(
  { collateral, log }: VerifierOptions,
  store: Store,
  clock: Clock,
): Promise<CollateralAccess | null> {
  try {
    return (await collateral?.({ clock, log })) ?? null;
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
  const { routes, authenticators } = verifierRoutes(context, {
    metrics,
    metricsAccess: isLoopback(host) ? 'public' : 'bearer',
    version: packageVersion(),
  });
  try {
    return await startServer({
      routes,
      authenticators,
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

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The version that this program was published as. */
function packageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0';
}
