import { type Command, Option } from 'commander';
import type { Given } from './configure.ts';
import type { Program, Setting, Settings, Values } from './setting.ts';

/**
 * Gives a command the options of a program's settings, and `--config` and `--print-config`.
 * @param without settings that are no options of this command
 */
export function addSettings(
  command: Command,
  { settings, fileVariable }: Program,
  without: readonly string[] = [],
): Command {
  for (const [name, setting] of Object.entries(settings)) {
    if (!without.includes(name)) command.addOption(optionFor(setting));
  }
  return command
    .option(
      '--config <file>',
      `settings in JSON, under those given here (${fileVariable}; docs/configuration.md)`,
    )
    .option(
      '--print-config',
      'print what counts of all this and where it came from, without secrets, and end',
    );
}

/**
 * The action of such a command: handed what it is told in the end, and its own options as commander read them.
 * @param without as for `addSettings`: options of the same names are the command's own
 */
export function configured<S extends Settings, Own>(
  program: Program<S>,
  action: (values: Values<S>, own: Own) => Promise<void>,
  without: readonly string[] = [],
): (given: Given & Own) => Promise<void> {
  return async (given) => {
    const own = Object.fromEntries(Object.entries(given).filter(([name]) => !without.includes(name)));
    const { configure } = await import('./configure.ts');
    const found = configure(program, own, process.env);
    if (given['printConfig'] !== true) return action(found.values, given);
    const { describeConfiguration } = await import('./print.ts');
    process.stdout.write(describeConfiguration(program, found));
  };
}

/** As text: options, variables and files are read alike, by `configure`. */
function optionFor(setting: Setting): Option {
  const { flags, what, variable, otherwise, form } = setting;
  const unless = otherwise === null ? 'required' : `default: ${otherwise}`;
  const option = new Option(flags, `${what} (${variable}; ${unless})`);
  if (form !== 'list' || option.variadic) return option;
  return option.argParser((given: string, before: readonly string[] = []) => [...before, given]);
}
