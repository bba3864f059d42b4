import { dim } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import type { Configured } from './configure.ts';
import type { Program, Setting, Settings } from './setting.ts';

/** What counts and where it came from, a line for each setting; secrets are withheld. */
export function describeConfiguration<S extends Settings>(
  { settings }: Program<S>,
  { values, sources }: Configured<S>,
): string {
  const rows = Object.entries(settings).map(([name, setting]) => ({
    name,
    value: shown(setting, values[name]),
    source: sources[name] ?? '',
  }));
  return `${table(
    [
      { title: 'setting', value: ({ name }) => name },
      { title: 'value', value: ({ value }) => value },
      { title: 'from', value: ({ source }) => (source === 'default' ? dim(source) : printable(source)) },
    ],
    rows,
  )}\n`;
}

function shown(setting: Setting, value: unknown): string {
  if (value === undefined) return dim(setting.otherwise ?? '');
  const whole = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return printable(
    setting.secret === true ? withoutSecret(whole) : whole.replace(/\/\/[^/\s"]*@/g, '//withheld@'),
  );
}

/** Where something is, of an address that may hold a password; nothing of a text that is no address. */
function withoutSecret(text: string): string {
  const url = URL.parse(text);
  // An @ behind the host is what a password with a slash or a question mark looks like.
  if (url === null || url.host === '' || `${url.pathname}${url.search}${url.hash}`.includes('@'))
    return 'withheld';
  return `${url.protocol}//${url.host}${url.pathname}`;
}
