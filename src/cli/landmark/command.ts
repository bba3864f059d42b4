import { Command } from 'commander';
import { addSettings, configured } from '../configuration/command.ts';
import { LANDMARK } from './settings.ts';

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
  return addSettings(new Command('run').description('Measure hosts until stopped.'), LANDMARK)
    .addHelpText(
      'after',
      `
After a start no permit counts that was issued before it (and before --clock-skew): it may have been used already.
Stop with Ctrl-C: measurements under way are finished first.`,
    )
    .action(configured(LANDMARK, async (settings) => (await import('./run.ts')).runLandmark(settings)));
}
