import { formatInstant } from '../../bytes/instant.ts';
import { RequestError } from '../errors.ts';

type Standing = { readonly suspended_at_ms: number | null; readonly suspended_reason: string | null };

/**
 * The row of a host that may act: still enrolled with the key that proved this request, and not suspended.
 *
 * @param row as read by host *and* key; undefined means that the host was enrolled with another key since
 * @throws RequestError `unauthenticated`, `host_suspended`
 */
export function requireActing<Row extends Standing>(row: Row | undefined): Row {
  if (row === undefined) {
    throw new RequestError('unauthenticated', 'this host was enrolled anew with another key', {
      path: 'dpop.jwk',
    });
  }
  if (row.suspended_at_ms !== null) {
    const since = formatInstant(new Date(row.suspended_at_ms));
    throw new RequestError('host_suspended', `the host is suspended since ${since}: ${row.suspended_reason}`);
  }
  return row;
}
