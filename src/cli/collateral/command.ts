import { Command } from 'commander';
import { evaluationsCommand } from './evaluations.ts';
import { exportCommand } from './export.ts';
import { fetchCommand } from './fetch.ts';
import { importCommand } from './import.ts';
import { statusCommand } from './status.ts';

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
