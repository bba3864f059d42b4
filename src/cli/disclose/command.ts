import { Command, Option } from 'commander';
import { apiCommand, group, json, readJsonFile, segment } from '../client/api-command.ts';
import { instant } from '../options.ts';
import type { PresentFlags } from './present.ts';
import type { VerifyFlags } from './verify.ts';

/** Issue, show in part, and judge what is shown. */
export function discloseCommands(): Command {
  return group('disclose', 'What a host proves, shown in part: level, area and date without the rest.', [
    apiCommand<{ holderKey?: string }>({
      name: 'issue',
      description: 'Have the verifier sign what a host proves now, to be shown in part.',
      arguments: [['<host>', 'its id']],
      options: [
        new Option('--holder-key <file>', 'a public JWK whose key shows it (default: the host’s own key)'),
      ],
      request: ([id], { holderKey }) => ({
        method: 'POST',
        path: `/v1/hosts/${segment(id)}/disclosure`,
        body: json(holderKey === undefined ? {} : { holderKey: readJsonFile(holderKey) }),
      }),
      view: { kind: 'object' },
      help: 'Example:\n  sextant disclose issue hst_… --as operator --only sdJwt > host.sd-jwt',
    }),
    presentCommand(),
    verifyCommand(),
  ]);
}

function presentCommand(): Command {
  return new Command('present')
    .description('Show part of it to one reader; weaknesses and holds go with it.')
    .argument('<file>', 'what `sextant disclose issue --only sdJwt` printed; - for standard input')
    .requiredOption('--show <names>', 'what to show, with commas between: level,area,date')
    .requiredOption('--audience <who>', 'to whom')
    .requiredOption('--nonce <text>', 'what the reader gave you for this')
    .requiredOption(
      '--key <file>',
      'the private key that it was issued to, PEM: of a host, host-key.pem of its agent',
    )
    .action(async (file: string, flags: PresentFlags) => {
      const { present } = await import('./present.ts');
      present(file, flags);
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Judge what you were shown, offline, and print every check and claim.')
    .argument('<file>', 'what `sextant disclose present` printed; - for standard input')
    .requiredOption('--issuer <url>', "the verifier's public URL")
    .requiredOption('--keys <file>', 'keys of disclosures: /.well-known/disclosure-keys.json')
    .requiredOption('--audience <who>', 'who you are')
    .requiredOption('--nonce <text>', 'what you gave the holder for this')
    .option('--at <instant>', 'judge as of this RFC 3339 instant with Z (default: now)', instant)
    .option('--json', 'print the judgement as JSON')
    .addHelpText('after', '\nExit status: 0 accepted, 1 refused. docs/disclosure.md')
    .action(async (file: string, flags: VerifyFlags) => {
      const { judgeDisclosure } = await import('./verify.ts');
      process.exitCode = judgeDisclosure(file, flags);
    });
}
