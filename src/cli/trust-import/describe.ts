import { dim, yellow } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import type { ImportAnswer, Outcome } from './import.ts';

const STATES: Readonly<Record<Outcome['state'], string>> = {
  'would-propose': 'would propose',
  proposed: 'proposed',
  known: 'there already',
};

/** What became of a bundle, for a person: every authority, then what stands there twice, then what could not be read. */
export function describeImport({ authorities, duplicates, unread, passedOver }: ImportAnswer): string {
  const rows = table(
    [
      { title: 'maker', value: ({ maker }: Outcome) => printable(maker), max: 32 },
      { title: 'name', value: ({ name }: Outcome) => printable(name), max: 48 },
      { title: 'from', value: ({ notBefore }: Outcome) => notBefore.slice(0, 10) },
      { title: 'until', value: ({ notAfter }: Outcome) => notAfter.slice(0, 10) },
      { title: 'SHA-256', value: ({ sha256 }: Outcome) => sha256 },
      { title: 'outcome', value: ({ state }: Outcome) => STATES[state] },
      { title: 'trust input', value: ({ id, input }: Outcome) => id ?? input },
    ],
    authorities,
  );
  return [
    rows,
    ...section(
      'The same certificate again:',
      duplicates.map(({ path, first, sha256 }) => `${path} is ${first} ${dim(`(${sha256.slice(0, 16)}…)`)}`),
    ),
    ...section(
      'Could not be read:',
      unread.map(({ path, reason }) => `${yellow(printable(path))}  ${printable(reason)}`),
    ),
    ...section(
      'Passed over:',
      passedOver.map(({ path, reason }) => dim(`${printable(path)} ${reason}`)),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
