import type { Findings } from '../../evidence/check.ts';
import { bold, dim, green, red, yellow } from './style.ts';
import { printable } from './table.ts';

/** Every check of a judgement and everything that it did not ask, a line each. */
export function findingLines({ checks, notPerformed }: Findings): string[] {
  return [
    ...checks.map(({ id, status, expected, actual }) =>
      status === 'pass'
        ? `  ${green('✓')} ${id}`
        : `  ${red('✗')} ${bold(id)}: expected ${printable(expected ?? '')}, found ${printable(actual ?? '')}`,
    ),
    ...notPerformed.map(
      ({ id, reason }) => `  ${yellow('–')} ${id}  ${dim(`not performed: ${printable(reason)}`)}`,
    ),
  ];
}
