import type { BootRules } from '../reference/boot.ts';
import { fits } from './glob.ts';

type KernelRules = Pick<NonNullable<BootRules['kernelCommandLine']>, 'arguments' | 'required'>;

/**
 * At quotation marks and at what is no printable ASCII the readers of a command line disagree: Linux takes other white space than a space for the
 * end of an argument too (lib/ctype.c has \v, \f, \r and the octet A0, which is part of many letters in UTF-8) and a quoted space for none.
 */
const DOUBTFUL = /[^!-~]|["']/;

/** What is wrong with a kernel's command line by the rules of a set; null where it fits them. */
export function argumentFault(
  text: string,
  { arguments: allowed, required = [] }: KernelRules,
): string | null {
  const given = text.split(/[ \t\n]+/).filter((argument) => argument !== '');
  const alien = given.find((argument) => !allowed.some((pattern) => allows(pattern, argument)));
  if (alien !== undefined) {
    const why = DOUBTFUL.test(alien)
      ? '; `*` stands for no quotation mark and for printable ASCII alone, for readers end an argument differently at others'
      : '';
    return `the kernel's argument ${JSON.stringify(alien)} is none that the set allows${why}`;
  }
  const sure = surelyGiven(given.slice(0, countWithin(text)));
  const missing = required.find((pattern) => !sure.some((argument) => fits(pattern, argument)));
  return missing === undefined ? null : `the kernel's command line lacks ${JSON.stringify(missing)}`;
}

/** Kernels cut a line that is longer than theirs: 2,048 octets on x86 and ARM, of which a boot loader may write some before what it measures. */
const SURELY_READ = 2000;

/** How many of its arguments end where every kernel still reads. */
function countWithin(text: string): number {
  const octets = Buffer.from(text);
  if (octets.length <= SURELY_READ) return Number.POSITIVE_INFINITY;
  const whole = octets.toString('latin1', 0, SURELY_READ).replace(/[^ \t\n]*$/, '');
  return whole.split(/[ \t\n]+/).filter((argument) => argument !== '').length;
}

/** What may end elsewhere than it seems must be named as it stands: `*` could hide another argument in it. */
function allows(pattern: string, argument: string): boolean {
  return pattern === argument || (!DOUBTFUL.test(argument) && fits(pattern, argument));
}

/** Those that every reader takes for arguments of the kernel: within no quotation marks, and before what is for init alone. */
function surelyGiven(given: readonly string[]): readonly string[] {
  const sure: string[] = [];
  const open = { '"': false, "'": false };
  for (const argument of given) {
    const isOpen = open['"'] || open["'"];
    if (!isOpen && argument.replaceAll('"', '') === '--') break;
    if (!isOpen) sure.push(argument);
    for (const mark of ['"', "'"] as const)
      if (argument.split(mark).length % 2 === 0) open[mark] = !open[mark];
  }
  return sure;
}
