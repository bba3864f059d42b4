import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { createLogger } from '../../http/logger.ts';
import { UsageError } from '../failure.ts';
import { attestationSeconds, port } from '../options.ts';
import { adminTokenPath, DEFAULT_PORT, dataFolder } from '../settings.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { bootstrap } from './bootstrap.ts';
import { isLoopback, SERVICE_DEFAULTS, startVerifier } from './verifier.ts';

type ServeOptions = {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly publicUrl?: string;
  readonly logOrigin?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly dangerouslyPlaintext?: boolean;
  readonly attestEvery: number;
  readonly logLevel: string;
};

export function serveCommand(): Command {
  return new Command('serve')
    .description('Run a verifier on its embedded store.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes any free one', port, DEFAULT_PORT)
    .option('--data <folder>', 'database, keys and tokens (default: SEXTANT_DATA, else ./.sextant)')
    .option(
      '--public-url <url>',
      'this verifier as hosts reach it, e.g. behind a proxy (default: where it listens)',
    )
    .option(
      '--log-origin <name>',
      "the transparency log's name for good, e.g. verifier.example/log (default: by its key)",
    )
    .option('--tls-cert <file>', 'certificate chain, PEM')
    .option('--tls-key <file>', 'private key, PEM')
    .option(
      '--dangerously-plaintext',
      'allow plain HTTP beyond this machine: tokens and evidence can be read in transit',
    )
    .option(
      '--attest-every <seconds>',
      'how often an accepted host attests again; what it proved counts for twice as long',
      attestationSeconds,
      SERVICE_DEFAULTS.attestationIntervalMs / 1000,
    )
    .addOption(
      new Option('--log-level <level>', 'what to log to standard output')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
The first start writes an administrator's token to <data>/admin.token and prints only that path.
Stop with Ctrl-C: requests under way are finished first.

Examples:
  sextant serve
  sextant serve --host 0.0.0.0 --port 8443 --tls-cert chain.pem --tls-key key.pem --public-url https://verifier.example`,
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const tls = tlsFiles(options);
  if (tls === undefined && !isLoopback(options.host) && options.dangerouslyPlaintext !== true) {
    throw new UsageError(
      'unsafe_listen',
      `refusing to speak plain HTTP on ${options.host}: tokens and evidence could be read in transit`,
      'Give --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy that ends TLS.',
    );
  }
  const data = dataFolder(options.data);
  const log = createLogger(options.logLevel);
  const verifier = await startVerifier({
    data,
    host: options.host,
    port: options.port,
    log,
    config: {
      attestationIntervalMs: options.attestEvery * 1000,
      ...(options.logOrigin === undefined ? {} : { logOrigin: options.logOrigin }),
    },
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
