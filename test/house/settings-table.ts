import type { Program, Setting } from '../../src/cli/configuration/setting.ts';

/** A program's settings as docs/configuration.md has them: one row each, from the list that the program itself reads. */
export function settingsTable({ settings }: Program): string {
  const rows = Object.entries(settings).map(
    ([name, setting]) =>
      `| \`${setting.flags.replaceAll('|', '\\|')}\` | \`${setting.variable}\` | \`${name}\`${FORMS[setting.form]} | ${otherwise(setting)} | ${escaped(setting.what)} |`,
  );
  return ['| Option | Variable | In a file | Default | What it is |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

const FORMS = { text: '', number: ', a number', switch: ', true or false', list: ', an array' } as const;

function otherwise({ otherwise: words }: Setting): string {
  return words === null ? '**must be given**' : escaped(words);
}

/** `<data>` is no markup, and a bar no end of a cell. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/<[^>]+>/g, '`$&`');
}
