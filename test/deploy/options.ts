import type { Command } from 'commander';
import { agentCommands } from '../../src/cli/agent/command.ts';
import { knownVariables } from '../../src/cli/configuration/variables.ts';
import { landmarkCommands } from '../../src/cli/landmark/command.ts';
import { serveCommand } from '../../src/cli/serve/command.ts';

const COMMANDS: readonly Command[] = [serveCommand(), agentCommands(), landmarkCommands()];

/**
 * What a command line of `sextant` names that there is not: the command, or options of it. Whoever deploys by a file learns of
 * such a thing at the start, on every machine at once.
 */
export function unknownIn(words: readonly string[]): string[] {
  const [first = '', ...rest] = words;
  const top = COMMANDS.find((command) => command.name() === first);
  const [second = ''] = rest;
  const command = top?.commands.find((one) => one.name() === second) ?? top;
  if (command === undefined || (command.commands.length > 0 && command === top)) return [words.join(' ')];
  const known = new Set(command.options.map(({ long }) => long));
  return words
    .filter((word) => word.startsWith('--'))
    .map((word) => word.split('=', 1)[0] ?? word)
    .filter((long) => !known.has(long));
}

/** Variables called SEXTANT_… that no program reads: it would refuse to start with them. */
export function unknownVariables(names: readonly string[]): string[] {
  const known = new Set(knownVariables());
  return names.filter((name) => name.startsWith('SEXTANT_') && !known.has(name));
}
