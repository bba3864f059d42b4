import { FormatError } from '../bytes/errors.ts';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../bytes/text.ts';
import { RequestError } from './errors.ts';

/** Where a sorted list goes on: the place of the last row that was given. */
export type Cursor = { readonly at: string | number; readonly id: string };

type Places = { readonly string: string; readonly number: number };
type Place<K extends keyof Places> = Cursor & { readonly at: Places[K] };

/** What stands in `next`: opaque to whoever reads lists, and no secret. @param sort the cursor is good under this one alone */
export function writeCursor(sort: string, { at, id }: Cursor): string {
  return toBase64Url(toUtf8(JSON.stringify([sort, at, id]), 'cursor'));
}

/**
 * @param kind what the list is sorted by: databases do not compare the one with the other
 * @throws RequestError `invalid_request` for what was not written under this sort
 */
export function readCursor<K extends keyof Places>(sort: string, text: string, kind: K): Place<K> {
  try {
    const [under, at, id]: unknown[] = JSON.parse(
      fromUtf8(fromBase64Url(text, 'query.after'), 'query.after'),
    );
    const isPlace = kind === 'string' ? isText(at) : typeof at === kind && Number.isSafeInteger(at);
    if (under === sort && isPlace && isText(id)) return { at: at as Places[K], id }; // as just seen
  } catch (cause) {
    if (!(cause instanceof FormatError || cause instanceof SyntaxError || cause instanceof TypeError))
      throw cause;
  }
  throw new RequestError('invalid_request', 'not where a list went on under this sort', {
    path: 'query.after',
    expected: '`next` of the page before, asked for in the same way',
  });
}

/** Text that every database takes: none of ours has U+0000 in it (http/middleware/nul.ts), and base64url hides it from there. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\u0000');
}
