import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLoopbackHost } from '../../bytes/loopback.ts';
import { collateralSettings } from '../../collateral/settings.ts';
import { createLogger } from '../../http/logger.ts';
import type { ServiceConfig } from '../../service/context.ts';
import { UsageError } from '../failure.ts';
import { adminTokenPath, databaseUrl, dataFolder } from '../settings.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { bootstrap } from './bootstrap.ts';
import { openVendorCollateral } from './collateral.ts';
import { startVerifier } from './verifier.ts';
import { readWitnesses } from './witnesses.ts';

export type ServeOptions = {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly database?: string;
  readonly keys?: string;
  readonly publicUrl?: string;
  readonly logOrigin?: string;
  readonly witness?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly dangerouslyPlaintext?: boolean;
  readonly dangerouslyPrivateWebhooks?: boolean;
  readonly attestEvery: number;
  readonly rotateEarAfter: number;
  readonly incidentDue?: NonNullable<ServiceConfig['incidentReportDays']>;
  readonly pcsUrl?: string;
  readonly kdsUrl?: string;
  readonly rimUrl?: string;
  readonly ocspUrl?: string;
  readonly tcbUpdate?: string;
  readonly collateral?: string;
  readonly workers: number;
  readonly logLevel: string;
};

/** Serves until SIGINT or SIGTERM. @throws UsageError `unsafe_listen`, `usage`, `unreadable`, `port_in_use` */
export async function serve(options: ServeOptions): Promise<void> {
  const tls = tlsFiles(options);
  if (tls === undefined && !isLoopbackHost(options.host) && options.dangerouslyPlaintext !== true) {
    throw new UsageError(
      'unsafe_listen',
      `refusing to speak plain HTTP on ${options.host}: tokens and evidence could be read in transit`,
      'Give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that ends TLS.',
    );
  }
  const data = dataFolder(options.data);
  const database = databaseUrl(options.database);
  const keys = options.keys ?? process.env['SEXTANT_KEYS'];
  const witnesses = readWitnesses(options.witness ?? []);
  const collateral = collateralSettings({ ...options, mode: options.collateral }, process.env);
  const log = createLogger(options.logLevel);
  const verifier = await startVerifier({
    data,
    host: options.host,
    port: options.port,
    log,
    rotateEarAfterDays: options.rotateEarAfter,
    workers: options.workers,
    witnesses,
    collateral: (context) => openVendorCollateral(join(data, 'collateral'), collateral, context),
    config: {
      attestationIntervalMs: options.attestEvery * 1000,
      webhookTargets: {
        plaintextToLoopback: options.dangerouslyPlaintext === true,
        privateNetworks: options.dangerouslyPrivateWebhooks === true,
      },
      ...(options.incidentDue === undefined ? {} : { incidentReportDays: options.incidentDue }),
      ...(options.logOrigin === undefined ? {} : { logOrigin: options.logOrigin }),
    },
    ...(database === undefined ? {} : { database }),
    ...(keys === undefined ? {} : { keys }),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    ...(tls === undefined ? {} : { tls }),
  });
  const isNew = await bootstrap(verifier.context, data);
  process.stderr.write(
    `Sextant serves on ${verifier.url}\n` +
      (isNew ? `The administrator's token is in ${adminTokenPath(data)}\n` : ''),
  );
  await untilAskedToStop();
  process.stderr.write('Stopping: finishing what is under way …\n');
  await verifier.close();
}

function tlsFiles({ tlsCert, tlsKey }: ServeOptions): { cert: string; key: string } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError('usage', 'TLS takes both a certificate and a key', 'Give --tls-cert and --tls-key.');
  }
  return { cert: readPem(tlsCert), key: readPem(tlsKey) };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError('unreadable', `cannot read ${path}`, 'Check that it exists and may be read.', cause);
  }
}
