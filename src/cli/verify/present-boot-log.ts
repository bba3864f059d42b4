import type { Judgement } from '../../policy/judge.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { terminalColumns, wrap } from '../terminal/wrap.ts';

type Shown = NonNullable<Judgement['bootLog']>;
type Event = Shown['events'][number];

const DIGEST_DIGITS = 16;

/** A boot log for a person: what it shows of the boot, where it departs from another one, and every event. */
export function describeBootLog(log: Shown): string[] {
  const standing = log.quoted
    ? "The TPM's quote vouches for these events."
    : yellow("No quote vouches for this log: all of it is the host's word.");
  return [
    '',
    `${bold('Boot log')}  ${dim(`${log.events.length} events, ${log.bank}`)}`,
    standing,
    ...secureBoot(log),
    ...log.commandLines.map(({ event, text }) =>
      line('command line', `${printable(text)} ${dim(`(event ${event})`)}`),
    ),
    ...(log.windows === null ? [] : [line('Windows', windowsText(log.windows))]),
    ...departures(log),
    '',
    events(log),
    dim("In quotation marks behind `called` and under `type` stands the host's word, which is not measured."),
  ];
}

function secureBoot({ secureBoot: found }: Shown): string[] {
  if (found === null) return [line('Secure Boot', yellow('not shown'))];
  const { enabled, used, revoked, sbatLevel, puzzling } = found;
  const images = revoked === null ? null : Buffer.from(revoked, 'base64').length / 32;
  const weak = [
    ...(found.validationDisabled ? ['shim was told not to verify'] : []),
    ...(found.debugMode ? ['UEFI Debug Mode'] : []),
    ...(found.dmaProtectionDisabled ? ['DMA Protection Disabled'] : []),
  ];
  return [
    line('Secure Boot', enabled === true ? green('on') : enabled === false ? red('off') : yellow('unknown')),
    ...weak.map((text) => line('', red(text))),
    ...used.map(({ event, variable, sha256, subject }) =>
      line(
        'started under',
        `${printable(subject ?? 'no readable name')}, ${sha256} ${dim(`(${variable}, event ${event})`)}`,
      ),
    ),
    line(
      'dbx',
      images === null
        ? yellow('not shown')
        : `${images} images${sbatLevel === null ? '' : `; SBAT level ${sbatLevel}`}`,
    ),
    ...puzzling.map(({ event, what }) => line('not understood', yellow(`event ${event} of PCR 7: ${what}`))),
  ];
}

function windowsText({ weak, modules, closed }: NonNullable<Shown['windows']>): string {
  const parts = [`${modules} modules`, ...weak, ...(closed ? [] : ['registers left open'])];
  return parts.join(', ');
}

function departures({ departures: list }: Shown): string[] {
  if (list === undefined) return [];
  if (list.length === 0) return ['', green('No register departs from the expected log.')];
  return [
    '',
    bold('Departs from the expected log'),
    ...list.map(({ sentence }) => wrap(printable(sentence), '  ')),
  ];
}

function events({ events: list }: Shown): string {
  const columns = terminalColumns() ?? 140;
  return table(
    [
      { title: '#', value: ({ index }: Event) => `${index}` },
      { title: 'PCR', value: ({ pcr }: Event) => `${pcr}` },
      { title: 'digest', value: ({ digest }: Event) => digest.slice(0, DIGEST_DIGITS) },
      { title: 'type', value: ({ type }: Event) => type.replace(/^EV_(?:EFI_)?/, ''), max: 28 },
      {
        title: 'what',
        value: ({ text, measured }: Event) => (measured ? printable(text) : dim(printable(text))),
        max: Math.max(24, columns - 62),
      },
    ],
    list,
  );
}

function line(title: string, value: string): string {
  return `  ${title.padEnd(15)}${value}`;
}
