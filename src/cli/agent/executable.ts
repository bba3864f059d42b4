import { Command } from 'commander';
import { adopt, runProgram } from '../run-program.ts';
import { programVersion } from '../version.ts';
import { agentCommands } from './command.ts';

/**
 * `sextant agent …` and nothing else, for hosts that have no Node: examples/deploy/agent puts it into one executable. The command
 * lines are those of the whole program, so that every page and message fits both.
 */
const program = new Command('sextant')
  .version(programVersion())
  .enablePositionalOptions()
  .description('The agent of Sextant: attests this host to a verifier.')
  .exitOverride()
  .showHelpAfterError('Add --help to see what this command takes.');
adopt(program, agentCommands());

// A bundle of one file is CommonJS, which has no await at its top.
void runProgram(program, process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
