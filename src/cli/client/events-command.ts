import { Command } from 'commander';
import type { EventFlags } from './events.ts';

export function eventsCommand(): Command {
  return new Command('events')
    .description('What changed, oldest first, a line each.')
    .option(
      '--as <name>',
      'speak with the token saved under this name (default: SEXTANT_TOKEN, else the administrator’s)',
    )
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .option('--json', 'one JSON object a line')
    .option('--after <sequence>', 'go on behind this sequence number', '0')
    .option('--follow', 'wait for more, until Ctrl-C')
    .action(async (flags: EventFlags) => (await import('./events.ts')).tellEvents(flags));
}
