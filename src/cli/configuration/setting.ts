import { InvalidArgumentError } from 'commander';

/** How a setting is written in a file; on a command line and in the environment everything is text. */
export type Form = 'text' | 'number' | 'switch' | 'list';

/** One thing that a program can be told: by an option, by a variable, by a file. */
export type Setting<T = unknown> = {
  /** As commander takes them, e.g. `--port <number>`; the setting's name is theirs in camel case. */
  readonly flags: string;
  readonly variable: `SEXTANT_${string}`;
  /** A sentence without its full stop, for help and docs/configuration.md. */
  readonly what: string;
  readonly form: Form;
  /** What counts where nothing is given, in words; null: it must be given. */
  readonly otherwise: string | null;
  /** What counts then. */
  readonly fallback: T;
  /** Its value from what was given: one text, or as many as a list has. @throws InvalidArgumentError */
  readonly read: (texts: readonly string[]) => T;
  /** Whether it may hold a secret, which is never shown. */
  readonly secret?: boolean;
};

export type Settings = { readonly [name: string]: Setting };

/** What a program is told in the end. */
export type Values<S extends Settings> = {
  readonly [N in keyof S]: S[N] extends Setting<infer T> ? T : never;
};

/** A program that is configured: the name of its section in docs/configuration.md, its settings, and what names its file. */
export type Program<S extends Settings = Settings> = {
  readonly name: string;
  readonly settings: S;
  readonly fileVariable: `SEXTANT_${string}`;
};

type Said = Pick<Setting, 'flags' | 'variable' | 'what'>;

/** The option that a setting is, without what it takes. */
export function optionOf({ flags }: Setting): string {
  return flags.split(' ', 1)[0] ?? flags;
}

/** Text as it stands; blank counts as absent. */
export function text<F extends string | undefined>(
  said: Said & { readonly otherwise: string; readonly fallback: F; readonly secret?: boolean },
): Setting<string | F> {
  return {
    ...said,
    form: 'text',
    read: single((given) => (given.trim() === '' ? said.fallback : given.trim())),
  };
}

/** Text that something is made of. */
export function parsed<T>(
  said: Said & { readonly parse: (text: string) => T; readonly fallback: T; readonly otherwise?: string },
): Setting<T> {
  const { parse, otherwise = String(said.fallback), ...rest } = said;
  return { ...rest, form: 'text', otherwise, read: single(parse) };
}

/** A number; in a file a JSON number. */
export function number(
  said: Said & {
    readonly parse: (text: string) => number;
    readonly fallback: number;
    readonly otherwise?: string;
  },
): Setting<number> {
  return { ...parsed(said), form: 'number' };
}

/** One of a few words. */
export function choice<const C extends string, F extends C | undefined>(
  said: Said & { readonly choices: readonly C[]; readonly fallback: F; readonly otherwise?: string },
): Setting<C | F> {
  const { choices, otherwise = String(said.fallback), ...rest } = said;
  const read = single((given: string): C | F => {
    const chosen = choices.find((candidate) => candidate === given);
    if (chosen === undefined) throw new InvalidArgumentError(`expected one of ${choices.join(', ')}.`);
    return chosen;
  });
  return { ...rest, what: `${said.what}: ${choices.join(', ')}`, form: 'text', otherwise, read };
}

/** On or off, off unless given. On a command line it takes no value; in the environment `true` or `false`. */
export function toggle(said: Said): Setting<boolean> {
  const read = single((given: string): boolean => {
    if (given === 'true' || given === '1') return true;
    if (given === 'false' || given === '0') return false;
    throw new InvalidArgumentError('expected true or false.');
  });
  return { ...said, form: 'switch', otherwise: 'off', fallback: false, read };
}

/** Any number of texts: an option that may be repeated, words with blanks between in a variable, an array in a file. */
export function list<T>(
  said: Said & {
    readonly read: (texts: readonly string[]) => T;
    readonly fallback: T;
    readonly otherwise?: string;
  },
): Setting<T> {
  return { otherwise: 'none', ...said, form: 'list' };
}

/** The same setting, where a program cannot do without it. */
export function required<T>(setting: Setting<T>): Setting<T extends undefined ? never : T> {
  return { ...setting, otherwise: null } as Setting<T extends undefined ? never : T>; // `configure` never answers its fallback
}

function single<T>(parse: (text: string) => T): (texts: readonly string[]) => T {
  return ([first = '']) => parse(first);
}
