import { Command, InvalidArgumentError, Option } from 'commander';
import { instant } from '../options.ts';
import type { VerifyGrantFlags } from './verify.ts';

/** What a license server asks, for a person: nothing is fetched. */
export function verifyGrantCommand(): Command {
  return new Command('verify')
    .description('Judge a grant offline, as a license server does, and print every check.')
    .argument('<file>', "a grant's token, or what `sextant agent run --licence` keeps; - for standard input")
    .requiredOption('--issuer <url>', "the verifier's public URL")
    .requiredOption(
      '--tenant <name>',
      'whose license server this is: who operates the host, or holds the licence',
    )
    .requiredOption('--keys <file>', 'keys of grants: /.well-known/grant-keys.json')
    .requiredOption('--status-keys <file>', 'keys of status lists: /.well-known/status-list-keys.json')
    .option('--status-list <file>', 'the newest status list token (default: the one beside the grant)')
    .option('--host-key <thumbprint>', 'RFC 7638 thumbprint of the key that the host has just proven')
    .option('--receipt <file>', 'the receipt as JSON (default: the one beside the grant)')
    .option('--log-key <file>', "the log's key: /v1/log/key, compared with what is published elsewhere")
    .option('--witness <file...>', 'keys of witnesses whose cosignature counts')
    .option('--threshold <number>', 'how many of them must have signed', threshold, 1)
    .addOption(
      new Option('--profile <name>', 'production refuses whatever was not asked')
        .choices(['production', 'basic'])
        .default('production'),
    )
    .option('--at <instant>', 'judge as of this RFC 3339 instant with Z (default: now)', instant)
    .option('--json', 'print the judgement as JSON')
    .addHelpText(
      'after',
      `
A status list older than its ttl (300 s) refuses, also under basic: fetch it anew from status.status_list.uri of the grant.

Example:
  U=https://verifier.example
  curl -s $U/.well-known/grant-keys.json > grant-keys.json
  curl -s $U/.well-known/status-list-keys.json > status-keys.json
  sextant grant verify .sextant/agent/grant-lic_….json --issuer $U --tenant acme --keys grant-keys.json \\
    --status-keys status-keys.json --profile basic

Exit status: 0 accepted, 1 refused, 2 could not be judged. docs/grants.md`,
    )
    .action(async (file: string, flags: VerifyGrantFlags) => {
      const { judgeGrant } = await import('./verify.ts');
      process.exitCode = judgeGrant(file, flags);
    });
}

function threshold(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 99) return number;
  throw new InvalidArgumentError('expected a whole number from 1 to 99.');
}
