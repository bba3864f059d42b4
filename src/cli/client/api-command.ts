import { Command, type Option } from 'commander';
import { FormatError } from '../../bytes/errors.ts';
import { type JsonValue, parseJson } from '../../bytes/json.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';
import type { View } from './present.ts';
import type { CliRequest } from './transport.ts';

/** Options that every command which speaks to a verifier takes. */
export type Common = {
  readonly url?: string;
  readonly as?: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly only?: string;
  readonly limit?: string;
  readonly after?: string;
};

/** A further request, to the same verifier with the same token. */
export type Ask = (call: CliRequest) => Promise<JsonValue>;

/** One command for one operation of the verifier: what it is called, what it asks, how the answer is shown. */
export type Operation<Options extends object> = {
  readonly name: string;
  readonly description: string;
  /** As commander writes them: `<facility>` is required, `[file]` is not. */
  readonly arguments?: readonly (readonly [name: string, description: string])[];
  readonly options?: readonly Option[];
  readonly help?: string;
  /** A list that is read page by page. */
  readonly paged?: boolean;
  readonly request: (args: readonly string[], options: Options) => CliRequest | Promise<CliRequest>;
  readonly view: View;
  /** Members that are not shown: they went elsewhere. */
  readonly conceal?: (options: Options) => readonly string[];
  /** What to do with an answer besides showing it; answers a line to add. */
  readonly conclude?: (
    answer: JsonValue,
    options: Options & Common,
    ask: Ask,
  ) => string | undefined | Promise<string | undefined>;
  /** Who does what next, as a command to copy; not shown to programs. */
  readonly next?: (answer: { readonly [name: string]: JsonValue }) => string;
};

/** Makes the command of an operation. */
export function apiCommand<Options extends object>(operation: Operation<Options>): Command {
  const command = new Command(operation.name)
    .description(operation.description)
    .option(
      '--as <name>',
      'speak with the token saved under this name (default: SEXTANT_TOKEN, else the administrator’s)',
    )
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .option('--json', "print the verifier's answer as it is, its receipt included")
    .option('--only <member>', 'print one member of the answer and nothing else, e.g. id or items.0.id');
  for (const [name, description] of operation.arguments ?? []) command.argument(name, description);
  for (const option of operation.options ?? []) command.addOption(option);
  if (operation.paged === true) {
    command
      .option('--limit <number>', 'at most this many (default 100)')
      .option('--after <id>', 'go on behind this one');
  }
  if (operation.help !== undefined) command.addHelpText('after', `\n${operation.help}`);
  // Only whoever asks a verifier loads what speaks to it.
  return command.action(async () => {
    const { carryOut } = await import('./carry-out.ts');
    await carryOut(operation, command.args, command.opts<Options & Common>());
  });
}

/** A group of commands about one resource. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const parent = new Command(name).description(description).helpCommand(false);
  for (const command of commands) parent.addCommand(command);
  return parent;
}

export function json(body: JsonValue): NonNullable<CliRequest['body']> {
  return { mediaType: 'application/json', bytes: JSON.stringify(body) };
}

/** A JSON file that a person wrote; `-` is standard input. */
export function readJsonFile(path: string): JsonValue {
  const text = readTextFile(path);
  try {
    return parseJson(text, { maxBytes: 16 * 1024 * 1024, maxNodes: 1_000_000 });
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const mend = 'Give one JSON value, in UTF-8, with no member named twice.';
    throw new UsageError('unreadable', `${path} is not JSON: ${cause.message}`, mend, cause);
  }
}

export function readTextFile(path: string): string {
  return readInput(path).toString('utf8');
}

/** `value` without the members that are undefined: what was not given is not sent. */
export function given(value: { readonly [name: string]: JsonValue | undefined }): JsonValue {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

/** A path segment from a person. */
export function segment(text: string | undefined): string {
  return encodeURIComponent(text ?? '');
}
