import { stripVTControlCharacters } from 'node:util';
import { bold } from './style.ts';

export type Column<Row> = {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Longest text shown; the rest becomes an ellipsis. Unlimited where absent. */
  readonly max?: number;
};

/**
 * Rows as aligned text. What evidence says may hold control characters that repaint a terminal: they are made visible
 * here, so that nothing an attacker wrote can pass for ours.
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const body = rows.map((row) => columns.map((column) => clip(column.value(row), column.max)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...body.map((cells) => width(cells[index] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => bold(column.title))), ...body.map(line)].join('\n');
}

/** Text from evidence or from a server, with everything that could steer a terminal made visible. */
export function printable(text: string): string {
  // Escape, bell, backspace, C1 controls, bidirectional overrides: each shows as its code point.
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being removed
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

function clip(text: string, max: number | undefined): string {
  return max !== undefined && width(text) > max ? `${text.slice(0, max - 1)}…` : text;
}
