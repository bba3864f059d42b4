import { Command, Option } from 'commander';
import type { EvaluationFlags } from './evaluations.ts';
import { fetchCommand } from './fetch-command.ts';
import { type CollateralFlags, collateralCommand, withTrust } from './flags.ts';

export function collateralCommands(): Command {
  return new Command('collateral')
    .description(
      'What Intel and AMD publish about platforms: TCB information, certificates, revocation lists.',
    )
    .helpCommand(false)
    .addHelpText(
      'after',
      `
A running verifier fetches and renews by itself; it and these commands may use one folder at once. For a machine without a
network: fetch and export where there is one, carry the files over, import them, and start with SEXTANT_COLLATERAL=offline.

Examples:
  sextant collateral fetch --for quote.bin
  sextant collateral status
  sextant collateral export carried/

Documentation: docs/collateral.md`,
    )
    .addCommand(statusCommand())
    .addCommand(fetchCommand())
    .addCommand(evaluationsCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand());
}

function statusCommand(): Command {
  return collateralCommand('status', 'List what is cached, how old it is and until when it counts.')
    .addHelpText(
      'after',
      `
States: current; due (counts, and is renewed at the next occasion); expired (counts for nothing any more);
kept (a certificate, which says itself how long it is valid).

Examples:
  sextant collateral status
  sextant collateral status --json`,
    )
    .action(async (flags: CollateralFlags) => (await import('./status.ts')).status(flags));
}

function evaluationsCommand(): Command {
  return withTrust(
    collateralCommand('evaluations', 'List the evaluations of TCB data that Intel serves now.'),
  )
    .addOption(new Option('--tee <tee>').choices(['tdx', 'sgx']).default('tdx'))
    .option('--pcs-url <url>', "Intel's PCS, or a PCCS (default: SEXTANT_PCS_URL, else Intel's own)")
    .addHelpText(
      'after',
      `
The newest is what --tcb-update early answers with; standard follows it months later, and platforms that were not updated
turn OutOfDate that day. Naming a number instead keeps that day yours, for as long as Intel serves the number.

Example:
  sextant collateral evaluations
  sextant collateral fetch --for quote.bin --tcb-update 19`,
    )
    .action(async (flags: EvaluationFlags) => (await import('./evaluations.ts')).listEvaluations(flags));
}

function exportCommand(): Command {
  return collateralCommand('export', 'Write what is cached to files, for machines without a network.')
    .argument('<dir>', 'made where it is not there; files of the same names are replaced')
    .addHelpText(
      'after',
      `
One folder for each of Intel's platforms, and one for AMD's chips:
  DIR/intel-tdx-90c06f000000-platform/   tcbInfo.json, tcbchain.pem, qeIdentity.json, qechain.pem, rootcrl.hex, pckcrl.hex
  DIR/amd/                               certificates of chips, chains and CRLs
Each serves \`sextant verify --collateral\`; \`sextant collateral import DIR\` reads all of them back.

Examples:
  sextant collateral export carried/
  sextant verify quote.bin --collateral carried/intel-tdx-90c06f000000-platform`,
    )
    .action(async (directory: string, flags: CollateralFlags) => {
      const { exportTo } = await import('./export.ts');
      process.exitCode = await exportTo(directory, flags);
    });
}

function importCommand(): Command {
  return withTrust(
    collateralCommand('import', 'Take documents from files, each judged as if its vendor had sent it.'),
  )
    .argument('<dir>', 'a folder of documents, or of such folders, as export writes them')
    .addHelpText(
      'after',
      `
Nothing is fetched. A document is accepted if its vendor signed it, it is valid now, and nothing newer was ever seen here;
each row says what became of a file. TCB Info and identities are kept under the evaluation that export noted, else under
--tcb-update.

Exit status: 0 all accepted, 1 some refused, 2 could not be read.

Examples:
  sextant collateral import carried/
  sextant collateral import carried/ --json`,
    )
    .action(async (directory: string, flags: CollateralFlags) => {
      const { importFrom } = await import('./import.ts');
      process.exitCode = await importFrom(directory, flags);
    });
}
