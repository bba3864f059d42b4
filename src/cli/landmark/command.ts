import { Command, Option } from 'commander';
import { LANDMARK_DEFAULTS } from '../../landmark/settings.ts';
import { port } from '../options.ts';
import { collectEndpoint, place, repeatable, wholeFrom } from './options.ts';
import type { RunFlags } from './run.ts';

export function landmarkCommands(): Command {
  return new Command('landmark')
    .description('Measure how far hosts are, for verifiers that you trust.')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
A landmark times round trips to hosts that bring a verifier's permit, and signs what it saw. It never decides
anything: verifiers believe it as far as its registration goes (docs/landmark.md).

A first landmark:
  sextant landmark key --key landmark.pem          makes its key, and prints what to register
  sextant landmark run --id frankfurt-1 --key landmark.pem --place 50.1109,8.6821 --uncertainty 50 \\
    --listen 192.0.2.7:4600 --listen '[2001:db8::7]:4600' --verifier https://verifier.example
  curl http://127.0.0.1:4680/healthz               whether it can measure`,
    )
    .addCommand(keyCommand())
    .addCommand(runCommand());
}

function keyCommand(): Command {
  return new Command('key')
    .description("Make a landmark's key, or show the public half of the one there is.")
    .requiredOption('--key <file>', 'its key: PKCS#8 in PEM, mode 0600')
    .action(async (flags: { key: string }) => (await import('./key.ts')).showKey(flags.key));
}

function runCommand(): Command {
  const { timing, ...limits } = LANDMARK_DEFAULTS;
  return new Command('run')
    .description('Measure hosts until stopped.')
    .requiredOption('--id <name>', 'its name, as it is registered and as permits name it')
    .requiredOption('--key <file>', 'its key: `sextant landmark key` makes one')
    .requiredOption(
      '--place <latitude,longitude>',
      'where it stands, degrees, WGS 84, as it is registered',
      place,
    )
    .requiredOption(
      '--uncertainty <metres>',
      'how far it may stand from there, as it is registered',
      wholeFrom(1),
    )
    .requiredOption(
      '--verifier <url[=file]>',
      'whose permits count, by the URL in them; its permit keys are asked for there, or read from a file. Repeatable',
      repeatable,
    )
    .option(
      '--listen <address:port>',
      'where it listens, UDP; repeatable (default: 0.0.0.0:4600 and [::]:4600). On a machine with several addresses name them: hosts take answers only from where they asked',
      collectEndpoint,
    )
    .option('--clock-error <ppm>', 'by how much its clock may run fast or slow', wholeFrom(0), 100)
    .option(
      '--clock-skew <seconds>',
      'by how much its date may differ from a verifier’s',
      wholeFrom(0),
      limits.clockSkewMs / 1000,
    )
    .option(
      '--peers <file>',
      'landmarks that are to measure this one besides those that verifiers name: JSON, [{"name", "key", "addresses"}]',
    )
    .option(
      '--mesh-every <seconds>',
      'how often each of them, and each verifier, is asked',
      wholeFrom(10),
      600,
    )
    .option(
      '--max-measurements <number>',
      'hosts that are measured at once',
      wholeFrom(1),
      limits.maxMeasurements,
    )
    .option('--round-timeout <ms>', 'how long a round waits at first', wholeFrom(50), timing.timeoutMs)
    .option(
      '--status-port <number>',
      'port on 127.0.0.1 of /healthz, /metrics and /mesh; 0 takes any',
      port,
      4680,
    )
    .addOption(
      new Option('--log-level <level>', 'what to log to standard output, as JSON')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
After a start no permit counts that was issued before it (and before --clock-skew): it may have been used already.
Stop with Ctrl-C: measurements under way are finished first.`,
    )
    .action(async (flags: RunFlags) => (await import('./run.ts')).runLandmark(flags));
}
