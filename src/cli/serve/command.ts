import { Command, Option } from 'commander';
import { attestationSeconds, days, port, workers } from '../options.ts';
import { DEFAULT_PORT } from '../settings.ts';
import { DEFAULT_ROTATE_EAR_AFTER_DAYS, DEFAULT_WORKERS, SERVICE_DEFAULTS } from './defaults.ts';
import { incidentDue } from './incident-due.ts';
import type { ServeOptions } from './serve.ts';

export function serveCommand(): Command {
  return (
    new Command('serve')
      .description('Run a verifier, on its embedded database or on PostgreSQL.')
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--port <number>', 'port to listen on; 0 takes any free one', port, DEFAULT_PORT)
      .option('--data <folder>', 'database, keys and tokens (default: SEXTANT_DATA, else ./.sextant)')
      .option(
        '--database <url>',
        'postgres://user@host/database in the place of the embedded one (default: SEXTANT_DATABASE_URL)',
      )
      .option(
        '--keys <folder>',
        'private keys, one folder for all verifiers on a database (default: SEXTANT_KEYS, else <data>/keys)',
      )
      .option(
        '--public-url <url>',
        'this verifier as hosts reach it, e.g. behind a proxy (default: where it listens)',
      )
      .option(
        '--log-origin <name>',
        "the transparency log's name for good, e.g. verifier.example/log (default: by its key)",
      )
      .option(
        '--witness <url key...>',
        'who cosigns the log (C2SP tlog-witness): submission prefix, then key; once for each',
      )
      .option('--tls-cert <file>', 'certificate chain, PEM')
      .option('--tls-key <file>', 'private key, PEM')
      .option(
        '--dangerously-plaintext',
        'allow plain HTTP beyond this machine: tokens and evidence can be read in transit; and webhooks to this machine',
      )
      .option(
        '--attest-every <seconds>',
        'how often an accepted host attests again; what it proved counts for twice as long',
        attestationSeconds,
        SERVICE_DEFAULTS.attestationIntervalMs / 1000,
      )
      .option(
        '--rotate-ear-after <days>',
        'how long one key signs attestation results before the next takes its turn',
        days,
        DEFAULT_ROTATE_EAR_AFTER_DAYS,
      )
      .option(
        '--dangerously-private-webhooks',
        'let webhooks go to addresses that are nobody’s on the Internet: whoever may register one can reach your own network',
      )
      .option(
        '--incident-due <kind=days>',
        'within how many days incidents of a kind must be reported, once for each kind (default: 30)',
        incidentDue,
      )
      .option(
        '--workers <number>',
        'threads that verify what hosts submit; 0 for none but the one that serves (default: one a core, none on a single core)',
        workers,
        DEFAULT_WORKERS,
      )
      .option('--pcs-url <url>', "Intel's PCS, or a PCCS (default: SEXTANT_PCS_URL, else Intel's own)")
      .option('--kds-url <url>', "AMD's KDS, or a mirror (default: SEXTANT_KDS_URL, else AMD's own)")
      .option('--rim-url <url>', "NVIDIA's manifests (default: SEXTANT_NVIDIA_RIM_URL, else NVIDIA's own)")
      .option(
        '--ocsp-url <url>',
        "NVIDIA's OCSP responder (default: SEXTANT_NVIDIA_OCSP_URL, else NVIDIA's own)",
      )
      .option(
        '--tcb-update <set>',
        'which of Intel’s evaluations: standard, early or a number (default: SEXTANT_TCB_UPDATE, else standard)',
      )
      .addOption(
        new Option(
          '--collateral <mode>',
          'offline: ask no vendor, use what was imported (default: SEXTANT_COLLATERAL, else online)',
        ).choices(['online', 'offline']),
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
      // What serves is loaded by whoever serves: the other commands start without it.
      .action(async (options: ServeOptions) => (await import('./serve.ts')).serve(options))
  );
}
