import { Command, Option } from 'commander';
import { instant } from '../options.ts';
import type { MakeReportFlags } from './make.ts';
import type { VerifyReportFlags } from './verify.ts';

/** Loads what it needs when it runs. */
export function reportCommands(): Command {
  return new Command('report')
    .description('What became of a licence in a period, signed by the verifier.')
    .helpCommand(false)
    .addCommand(makeCommand())
    .addCommand(verifyCommand());
}

function makeCommand(): Command {
  return new Command('make')
    .description('Have the verifier write and sign a report on a licence.')
    .argument('<licence>', 'its id')
    .option('--from <instant>', 'beginning of the period (default: the day of the licence)', instant)
    .option('--until <instant>', 'its end, not included (default: now)', instant)
    .option('--out <file>', 'where to keep it (default: standard output)')
    .option('--as <name>', 'speak with the token saved under this name (or SEXTANT_TOKEN)')
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .addHelpText(
      'after',
      `
Keep the file as it came: its very bytes are signed. Its holder sees an exporter's report, the authority and its auditors see all.

Examples:
  sextant report make lic_… --as auditor --from 2026-07-01T00:00:00Z --until 2026-10-01T00:00:00Z --out q3.json
  sextant report verify q3.json --issuer https://verifier.example --keys report-keys.json --log-key log.key --html q3.html`,
    )
    .action(async (licence: string, flags: MakeReportFlags) => {
      const { makeReport } = await import('./make.ts');
      await makeReport(licence, flags);
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Judge a report offline, print every check, and show it as a table or a page.')
    .argument('<file>', 'a report as it came; - for standard input')
    .requiredOption('--issuer <url>', "the verifier's public URL")
    .requiredOption('--keys <file>', 'keys of reports: /.well-known/report-keys.json')
    .option('--log-key <file>', "the log's key: /v1/log/key, compared with what is published elsewhere")
    .addOption(
      new Option('--at <instant>', 'judge as of this RFC 3339 instant with Z (default: now)').argParser(
        instant,
      ),
    )
    .option('--csv <file>', 'write its devices as a table (RFC 4180); only of a report that is accepted')
    .option('--html <file>', 'write it as one page to read or print')
    .option('--checkpoint <file>', 'write the checkpoint that it rests on, for `sextant audit --checkpoint`')
    .option('--json', 'print the judgement as JSON')
    .addHelpText(
      'after',
      `
Without the log's key no decision in it is proven, and it is not accepted.

Exit status: 0 accepted, 1 refused, 2 could not be judged. docs/reports.md`,
    )
    .action(async (file: string, flags: VerifyReportFlags) => {
      const { judgeReport } = await import('./verify.ts');
      process.exitCode = judgeReport(file, flags);
    });
}
