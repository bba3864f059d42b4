import { innermost, SextantError } from '../bytes/errors.ts';
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

/**
 * Nobody spoke as a verifier at `where`: why, by what `fetch` threw.
 * @param mend what to do where nobody answers at all
 */
export function unreached(where: string, cause: unknown, mend: string): UsageError {
  const begun = cause instanceof Error ? innermost(cause) : new Error(String(cause));
  const why = begun.message;
  const code = 'code' in begun ? String(begun.code) : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new UsageError(
      'not_a_verifier',
      `the certificate at ${where} is for another name: ${why}`,
      'Name the verifier as its certificate does: by the name in its --public-url.',
      cause,
    );
  if (/CERT|SIGNATURE|ISSUER/.test(code))
    return new UsageError(
      'not_a_verifier',
      `the certificate at ${where} is not accepted: ${why}`,
      'Have it issued by a CA that this machine knows, or name that CA’s file in NODE_EXTRA_CA_CERTS.',
      cause,
    );
  if (/WRONG_VERSION_NUMBER|EPROTO/.test(code))
    return new UsageError(
      'not_a_verifier',
      `what answers at ${where} speaks no TLS`,
      'Say http:// for it.',
      cause,
    );
  return new UsageError('not_a_verifier', `no verifier answers at ${where}: ${why}`, mend, cause);
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
