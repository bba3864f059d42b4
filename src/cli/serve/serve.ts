import { flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import { collateralSettings } from '../../collateral/settings.ts';
import { createLogger } from '../../http/logger.ts';
import { UsageError } from '../failure.ts';
import { adminTokenPath } from '../settings.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { bootstrap } from './bootstrap.ts';
import { keepClientLists } from './client-lists.ts';
import { openVendorCollateral } from './collateral.ts';
import { readIssuer } from './issuer.ts';
import { CLIENT_LISTS, listMemory } from './list-memory.ts';
import { proxiesOf, ratesOf } from './rates.ts';
import type { ServeSettings } from './settings.ts';
import { keepTls, readTls } from './tls.ts';
import { startVerifier } from './verifier.ts';
import { readWitnesses } from './witnesses.ts';

/** Serves until SIGINT or SIGTERM. @throws UsageError `unsafe_listen`, `usage`, `unreadable`, `port_in_use` */
export async function serve(options: ServeSettings): Promise<void> {
  const tls = readTls(options);
  if (tls === undefined && !isLoopbackHost(options.host) && !options.dangerouslyPlaintext) {
    throw new UsageError(
      'unsafe_listen',
      `refusing to speak plain HTTP on ${options.host}: tokens and evidence could be read in transit`,
      'Give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that ends TLS.',
    );
  }
  const { database, keys, published } = options;
  const data = resolve(options.data);
  const witnesses = readWitnesses(options.witness);
  const collateral = collateralSettings({ ...options, mode: options.collateral });
  const log = createLogger(options.logLevel);
  // Loaded only where it is asked for.
  const traces =
    options.traces === undefined
      ? undefined
      : (await import('./traces.ts')).openTraces(options.traces, options.traceShare / 100, log);
  // What Node read of it lies in memory until it is written: 16 MiB. After a first start that takes a second, which no request may wait.
  flushCompileCache();
  const verifier = await startVerifier({
    data,
    host: options.host,
    port: options.port,
    log,
    rotateEarAfterDays: options.rotateEarAfter,
    workers: options.workers,
    witnesses,
    checkpoints: options.checkpoint,
    rates: ratesOf(options),
    ...(options.trustedProxy === undefined ? {} : { proxies: proxiesOf(options.trustedProxy) }),
    collateral: (context) => openVendorCollateral(join(data, 'collateral'), collateral, context),
    config: {
      attestationIntervalMs: options.attestEvery * 1000,
      webhookTargets: {
        plaintextToLoopback: options.dangerouslyPlaintext,
        privateNetworks: options.dangerouslyPrivateWebhooks,
      },
      ...(options.issuer === undefined ? {} : { issuer: readIssuer(options.issuer) }),
      pageSessions: { lifeMs: options.pageSession * 3_600_000, idleMs: options.pageIdle * 60_000 },
      ...(options.incidentDue === undefined ? {} : { incidentReportDays: options.incidentDue }),
      ...(options.logOrigin === undefined ? {} : { logOrigin: options.logOrigin }),
    },
    ...(database === undefined ? {} : { database }),
    ...(keys === undefined ? {} : { keys }),
    ...(published === undefined ? {} : { published }),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    ...(tls === undefined ? {} : { tls: { ...tls, listMemory: listMemory(join(data, CLIENT_LISTS), log) } }),
    ...(traces === undefined ? {} : { traces }),
  });
  const { publication } = verifier.context;
  const isNew = publication?.refusal == null && (await bootstrap(verifier.context, data));
  process.stderr.write(
    `Sextant serves on ${verifier.url}\n` +
      'People look at it there in a browser; `sextant token mint PRINCIPAL` prints what they sign in with.\n' +
      (isNew ? `The administrator's token is in ${adminTokenPath(data)}\n` : ''),
  );
  const endTls = tls === undefined ? () => {} : keepTls(options, { renew: verifier.renewTls, log });
  const endLists =
    options.tlsClientCrl.length === 0 ? () => {} : keepClientLists(options.tlsClientCrl, verifier, log);
  await untilAskedToStop();
  endLists();
  endTls();
  process.stderr.write('Stopping: finishing what is under way …\n');
  await verifier.close(options.drain * 1000);
}
