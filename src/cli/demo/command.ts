import { Command } from 'commander';
import { port } from '../options.ts';
import { DEFAULT_PORT } from '../settings.ts';
import type { DemoOptions } from './demonstrate.ts';

export function demoCommand(): Command {
  return (
    new Command('demo')
      .description('The whole way once, with the attacks that must fail; then keep serving.')
      .option('--port <number>', 'port to listen on; 0 takes any free one', port, DEFAULT_PORT)
      .option(
        '--data <folder>',
        'where the demonstration keeps its things (default: <SEXTANT_DATA or ./.sextant>/demo)',
      )
      .option('--fresh', 'begin anew: throw away what earlier starts have set up')
      .option('--once', 'end after the story instead of serving on')
      // A verifier, an agent and a forge: loaded only where the story is told.
      .action(async (options: DemoOptions) => (await import('./demonstrate.ts')).demonstrate(options))
  );
}
