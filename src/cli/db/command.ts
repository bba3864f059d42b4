import { Command } from 'commander';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { migrateCommand, statusCommand } from './status.ts';

export function databaseCommands(): Command {
  return new Command('db')
    .description("A verifier's database: its tables' version, and moving it from one kind to the other.")
    .helpCommand(false)
    .addHelpText(
      'after',
      `
A verifier makes and migrates its tables when it starts. To move one from its embedded database to PostgreSQL or back, stop it,
export, import into a new database, and start it there with the same folder of keys.

Examples:
  sextant db export sextant.jsonl --data .sextant
  sextant db import sextant.jsonl --database postgres://sextant@db.example/sextant
  sextant db status --database postgres://sextant@db.example/sextant

Documentation: docs/stores.md`,
    )
    .addCommand(statusCommand())
    .addCommand(migrateCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand());
}
