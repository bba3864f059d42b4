import { type Command, CommanderError } from 'commander';
import { sextant } from '../../src/cli/main.ts';

/** A command line of `sextant` as a page or a help text shows it. */
export interface CommandLine {
  /** What stands behind `sextant`, quotation marks resolved; what a shell would have to work out is `$`. */
  readonly args: readonly string[];
  /** Shown in the middle of a sentence: it may leave out what a command needs. */
  readonly inPassing: boolean;
  /** 1 for the first line of the text. */
  readonly line: number;
}

const PROGRAM = /(?<=^|[\s(`;|&])sextant (?=[a-z-])/g;

/** Every command line in a page of Markdown: in its blocks of code, and between backticks in its sentences. */
export function commandLinesOfPage(markdown: string): CommandLine[] {
  const found: CommandLine[] = [];
  let fence: { readonly line: number; readonly lines: string[] } | null = null;
  for (const [index, text] of markdown.split('\n').entries()) {
    const line = index + 1;
    if (text.trimStart().startsWith('```')) {
      if (fence !== null) found.push(...commandLinesOfShell(fence.lines.join('\n'), fence.line));
      fence = fence === null ? { line: line + 1, lines: [] } : null;
    } else if (fence !== null) fence.lines.push(text);
    else
      for (const [, code = ''] of text.matchAll(/`([^`]+)`/g))
        if (code.startsWith('sextant '))
          found.push({ args: words(firstOf(code.slice('sextant '.length))), inPassing: true, line });
  }
  return found;
}

/** Every command line of a shell's, as in a block of code or under `Examples:` of a help text. */
export function commandLinesOfShell(text: string, firstLine = 1): CommandLine[] {
  const whole = text.replaceAll('\\\n', '  '); // as long as it was, so that lines can be counted
  return [...whole.matchAll(PROGRAM)]
    .filter(({ index }) => isCommand(whole.slice(whole.lastIndexOf('\n', index) + 1, index)))
    .map(({ index, 0: name }) => ({
      args: words(whole.slice(index + name.length)),
      inPassing: false,
      line: firstLine + text.slice(0, index).split('\n').length - 1,
    }));
}

/** In a sentence, or a cell of a table, `host\|device` is the one or the other. */
function firstOf(code: string): string {
  return code.replaceAll(/\\?\|\S+/g, '');
}

/** What may stand before the program's name in its line: a prompt, an assignment, another command that runs it. */
function isCommand(before: string): boolean {
  const last = before.split(/\$\(|[|;&]/).at(-1) ?? '';
  return /^\s*(?:\$ )?(?:[A-Z_]+=\S* )*(?:sudo (?:-u \S+ )?(?:[A-Z_]+=\S* )*)?(?:npx (?:--\S+ )*)?$/.test(
    last,
  );
}

/** The words of one command, up to what ends it. */
function words(text: string): string[] {
  const found: string[] = [];
  let word: string | null = null;
  let at = 0;
  const end = (): void => {
    if (word !== null) found.push(word);
    word = null;
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (/[\n|;&<>)]/.test(character) || (character === '#' && word === null)) break;
    if (character === ' ') {
      end();
      at += 1;
    } else if (character === "'" || character === '"') {
      const close = text.indexOf(character, at + 1);
      const quoted = text.slice(at + 1, close);
      word = `${word ?? ''}${character === '"' ? quoted.replace(/\$\(.*\)/, '$') : quoted}`;
      at = close + 1;
    } else if (text.startsWith('$(', at)) {
      word = `${word ?? ''}$`;
      at = closing(text, at + 2) + 1;
    } else {
      word = `${word ?? ''}${character}`;
      at += 1;
    }
  }
  end();
  return found;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '(') depth += 1;
    if (text.charAt(at) === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** The whole program, which reads a command line and does nothing. */
function reader(): Command {
  const program = sextant();
  const still = (command: Command): void => {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    command.action(() => {});
    command.commands.forEach(still);
  };
  still(program);
  return program;
}

const LEFT_OUT = [
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.optionMissingArgument',
];

const program = reader();

/** Why the program would not take this line; null where it does, as far as what stands for something lets it be told. */
export async function refusal({ args, inPassing }: CommandLine): Promise<string | null> {
  const cutShort = args.at(-1) === '…' && !args.at(-2)?.startsWith('--');
  try {
    await program.parseAsync(cutShort ? args.slice(0, -1) : args, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    if ((inPassing || args.includes('…')) && LEFT_OUT.includes(error.code)) return null;
    const stands = args.some((word) => /[$…]/.test(word));
    return stands && error.code === 'commander.invalidArgument' ? null : error.message;
  }
}
