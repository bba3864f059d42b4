import { InvalidArgumentError } from 'commander';
import { UsageError } from '../failure.ts';
import { readSettingsFile } from './read-file.ts';
import { optionOf, type Program, type Setting, type Settings, type Values } from './setting.ts';
import { type Environment, refuseUnknownVariables, variable } from './variables.ts';

/** Options as commander hands them over: a text, texts, or true. */
export type Given = { readonly [name: string]: unknown };

export type Configured<S extends Settings> = {
  readonly values: Values<S>;
  /** Where each came from: the option, the variable, the file's path, or `default`. */
  readonly sources: { readonly [N in keyof S]: string };
};

/** What was given for a setting, and where. */
type Found = { readonly texts: readonly string[]; readonly source: string; readonly where: string };

/**
 * What a program is told: by its options, else by the environment, else by a file (`--config`), else by default, each setting
 * for itself. What nobody knows, in the file or among variables called SEXTANT_…, is refused: it was meant to count.
 *
 * @throws UsageError `unknown_setting`, `bad_setting`, `missing_setting`, `unreadable`
 */
export function configure<S extends Settings>(
  { settings, fileVariable }: Program<S>,
  given: Given,
  environment: Environment,
): Configured<S> {
  refuseUnknownVariables(environment);
  const path = typeof given['config'] === 'string' ? given['config'] : variable(environment, fileVariable);
  const file = path === undefined ? new Map<string, readonly string[]>() : readSettingsFile(path, settings);
  const values: { [name: string]: unknown } = {};
  const sources: { [name: string]: string } = {};
  const missing: Setting[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const inFile = file.get(name);
    const found =
      byOption(given[name], setting) ??
      byVariable(environment, setting) ??
      (inFile === undefined ? undefined : { texts: inFile, source: path ?? '', where: `${path}: ${name}` });
    if (found === undefined && setting.otherwise === null) missing.push(setting);
    values[name] = found === undefined ? setting.fallback : read(setting, found);
    sources[name] = found?.source ?? 'default';
  }
  // Last: whoever mistyped one thing hears of that before what else is to be given.
  if (missing.length > 0) throw incomplete(missing);
  return { values, sources } as Configured<S>; // one of each for every setting, read by itself
}

function byOption(given: unknown, setting: Setting): Found | undefined {
  if (given === undefined) return undefined;
  const option = optionOf(setting);
  return { texts: Array.isArray(given) ? given.map(String) : [String(given)], source: option, where: option };
}

function byVariable(environment: Environment, setting: Setting): Found | undefined {
  const name = setting.variable;
  const text = variable(environment, name);
  if (text === undefined) return undefined;
  return { texts: setting.form === 'list' ? text.split(/\s+/) : [text], source: name, where: name };
}

function read(setting: Setting, { texts, where }: Found): unknown {
  try {
    return setting.read(texts);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new UsageError('bad_setting', `${where}: ${cause.message}`, 'See docs/configuration.md.', cause);
  }
}

function incomplete(missing: readonly Setting[]): UsageError {
  return new UsageError(
    'missing_setting',
    `${missing.map(optionOf).join(', ')} must be given`,
    `As options, as ${missing.map(({ variable: name }) => name).join(', ')}, or in a file named by --config.`,
  );
}
