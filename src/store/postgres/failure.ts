import { AvailabilityError, StoreError } from '../errors.ts';

/** Classes of SQLSTATE (PostgreSQL, appendix A) that tell of a database which cannot serve, whatever was asked of it. */
const UNAVAILABLE: ReadonlyMap<string, string> = new Map([
  ['08', 'the connection to the database failed'],
  ['25', 'the database takes no writes here'],
  ['28', 'the database refuses this user'],
  ['3D', 'there is no such database'],
  ['40', 'the database gave way to another transaction'],
  ['42', 'the database does not let this user do that'],
  ['53', 'the database lacks room, memory or connections'],
  ['55', 'the database is locked by another transaction'],
  ['57', 'the database was stopped, or took too long'],
  ['58', "the database's machine failed"],
  ['XX', 'the database is damaged'],
]);

/** Of class 42, mistakes in statements are defects; this one is a missing right. */
const INSUFFICIENT_PRIVILEGE = '42501';
const LOCK_NOT_AVAILABLE = '55P03';
/** Two transactions that cannot both be: one of them may be tried again. */
const CONFLICTS = new Set(['40001', '40P01']);
const IDLE_TOO_LONG = '25P03';

/**
 * An error of PostgreSQL, or of the way to it, in the store's own terms; anything else, a mistake in a statement included,
 * as it came. Nothing that a connection string holds is in it.
 */
export function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof AvailabilityError || error instanceof StoreError) return error;
  const state = sqlState(error);
  if (state === undefined) return isLost(error) ? unavailable('the database does not answer', error) : error;
  const details = { cause: error, actual: `SQLSTATE ${state}` };
  const kind = state.slice(0, 2);
  // A value that its column cannot hold (22), or a constraint of the table (23).
  if (kind === '22' || kind === '23')
    return new StoreError('constraint_violated', 'a row breaks a constraint', details);
  if (kind === '42' && state !== INSUFFICIENT_PRIVILEGE) return error;
  if (state === LOCK_NOT_AVAILABLE) {
    return new AvailabilityError(
      'overloaded',
      'others held the log for too long: nothing was tried',
      details,
    );
  }
  const reason = UNAVAILABLE.get(kind);
  return reason === undefined ? error : new AvailabilityError('store_unavailable', reason, details);
}

/** Whether a transaction that failed so may simply be tried again: it conflicted, or its connection went before its end. */
export function mayRunAgain(error: unknown): boolean {
  const cause = error instanceof AvailabilityError ? error.cause : error;
  if (!(cause instanceof Error)) return false;
  const state = sqlState(cause);
  // 57P01 to 57P05: the server ended the connection, e.g. because it is being restarted.
  return state === undefined
    ? isLost(cause)
    : CONFLICTS.has(state) || state === IDLE_TOO_LONG || /^(?:08|57P0)/.test(state);
}

export function unavailable(reason: string, cause: unknown): AvailabilityError {
  return new AvailabilityError('store_unavailable', reason, { cause });
}

/** Five characters, of an error that the server sent; errors of sockets have longer codes. */
function sqlState(error: Error): string | undefined {
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : undefined;
}

/** What `pg` says of sockets that ended or never were; it has no codes for them. */
const LOST =
  /^(?:Connection terminated|Query read timeout|timeout exceeded|timeout expired|Client has encountered|Client was closed|Cannot use a pool)/;
const SOCKET_CODES =
  /^(?:E(?:CONN|PIPE|HOST|NET|TIMEDOUT|AI_|NOTFOUND|NOENT|ACCES)|ERR_STREAM|ERR_TLS|CERT_|UNABLE_|DEPTH_|SELF_)/;

function isLost(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SOCKET_CODES.test(code) || LOST.test(error.message);
}
