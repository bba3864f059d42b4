import { Command } from 'commander';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { type PlaceFlags, placedCommand } from './place.ts';
import { migrateCommand, statusCommand } from './status.ts';

export function databaseCommands(): Command {
  return new Command('db')
    .description(
      "A verifier's database: its tables' version, backups, and moving it from one kind to the other.",
    )
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
  sextant db backup backups/today
  sextant db restore backups/today

Documentation: docs/stores.md`,
    )
    .addCommand(statusCommand())
    .addCommand(migrateCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(
      placedCommand(
        'backup',
        'Copy an embedded database into a new folder while a verifier runs on it, and check the copy.',
      )
        .argument('<folder>', 'must not exist; readable by its owner alone')
        .action(async (folder: string, flags: PlaceFlags) =>
          (await import('./backup.ts')).backup(folder, flags),
        ),
    )
    .addCommand(
      placedCommand('restore', 'Put a backup in the place of an embedded database that is gone.')
        .argument('<folder>', 'as `sextant db backup` made it')
        .action(async (folder: string, flags: PlaceFlags) =>
          (await import('./restore.ts')).restore(folder, flags),
        ),
    );
}
