import { SextantError } from '../bytes/errors.ts';
import { bold, dim, red } from './terminal/style.ts';
import { printable } from './terminal/table.ts';

/** What a command ends with. `verify` documents its own three; everywhere else 1 means refused. */
export const EXIT = { ok: 0, refused: 1, failed: 2 } as const;

export type UsageCode =
  | 'usage'
  | 'unreadable'
  | 'unknown_setting'
  | 'bad_setting'
  | 'missing_setting'
  | 'bad_matrix'
  | 'bad_bounds'
  | 'bad_sites'
  | 'unwritable'
  | 'unsafe_listen'
  | 'no_token'
  | 'not_a_verifier'
  | 'port_in_use';

/** The command was given something it cannot work with; `mend` says what to do instead. */
export class UsageError extends SextantError<UsageCode> {
  readonly mend?: string;

  constructor(code: UsageCode, message: string, mend?: string, cause?: unknown) {
    super(code, message, { cause });
    if (mend !== undefined) this.mend = mend;
  }
}

/** An error as a person reads it: what, where, what was expected, what to do. Never a stack trace unless asked for. */
export function explain(error: unknown): string {
  const lines: string[] = [];
  if (error instanceof SextantError) {
    lines.push(`${red('error')} ${bold(error.code)}: ${error.message.split('\n').map(printable).join('\n')}`);
    if (error.path !== undefined)
      lines.push(
        dim(
          `  where     ${printable(error.path)}${error.offset === undefined ? '' : ` at byte ${error.offset}`}`,
        ),
      );
    if (error.expected !== undefined) lines.push(dim(`  expected  ${printable(error.expected)}`));
    if (error.actual !== undefined) lines.push(dim(`  actual    ${printable(error.actual)}`));
    if ('mend' in error && typeof error.mend === 'string') lines.push(`  ${error.mend}`);
  } else {
    lines.push(`${red('error')} ${printable(error instanceof Error ? error.message : String(error))}`);
    if (error instanceof Error && error.cause instanceof Error) lines.push(`because ${explain(error.cause)}`);
  }
  if (process.env['SEXTANT_DEBUG'] !== undefined && error instanceof Error)
    lines.push(dim(error.stack ?? ''));
  return lines.join('\n');
}
