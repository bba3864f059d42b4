import { type Command, CommanderError } from 'commander';
import { EXIT, explain } from './failure.ts';

/** Runs one command line of a program and answers with the exit status. */
export async function runProgram(program: Command, args: readonly string[]): Promise<number> {
  // Whoever reads our output may stop reading (`| head`): that is no failure of ours, and nobody is left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
  try {
    if (asksHowToUse(args)) (await import('./help/teach.ts')).teach(program);
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
    process.stderr.write(`${explain(error)}\n`);
    return EXIT.failed;
  }
}

/** For help on a command, not on the program as a whole: nobody else needs the examples. */
function asksHowToUse(args: readonly string[]): boolean {
  return args.length > 1 && (args[0] === 'help' || args.includes('--help') || args.includes('-h'));
}

/** Adds a command that was made apart: commander hands neither `exitOverride` nor the rest down to those. */
export function adopt(parent: Command, command: Command): void {
  parent.addCommand(command);
  inherit(parent, command);
}

function inherit(parent: Command, command: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(command, child);
}
