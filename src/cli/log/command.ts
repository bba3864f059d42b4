import type { Command } from 'commander';
import { group } from '../client/api-command.ts';
import { placedCommand } from '../db/place.ts';
import type { NewOriginOptions } from './new-origin.ts';

export function logCommands(): Command {
  return group('log', "A verifier's transparency log, on its own machine.", [newOriginCommand()]);
}

function newOriginCommand(): Command {
  return placedCommand(
    'new-origin',
    'Let a log that was restored behind a published checkpoint go on under another name.',
  )
    .requiredOption('--reason <text>', 'what happened; in the log, for anybody to read')
    .option('--origin <name>', 'the new name (default: the old one with /2, /3, …)')
    .option('--keys <folder>', 'private keys (default: SEXTANT_KEYS, else <data>/keys)')
    .option('--published <folder>', 'where published checkpoints were kept too (default: SEXTANT_PUBLISHED)')
    .option('--checkpoint <file...>', 'checkpoints that were published: the largest that anybody has')
    .option('--witness <url key...>', 'a witness that cosigned, as `sextant serve` takes it')
    .addHelpText(
      'after',
      `
Stop every verifier on this database first. What the backup lacks is lost: look for the rest of the old database before. The new name is one leaf
of the log, with the old name, how much of it is there, and the largest checkpoint that was published. Tell auditors and license servers the
new key line that is printed, and give it to witnesses.

Example:
  sextant log new-origin --reason "disk failed on 3 March; restored the backup of 2 March"

Documentation: docs/operations.md`,
    )
    .action(async (options: NewOriginOptions) => (await import('./new-origin.ts')).newOrigin(options));
}
