import { HttpError, ValidationError } from '../errors.ts';

/** RFC 8941 strings are not asked for: the key is taken as it stands, within an alphabet that logs and stores can hold. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

export function readIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && IDEMPOTENCY_KEY.test(header)) return header;
  throw new ValidationError([{ path: 'idempotency-key', expected: '8 to 128 visible ASCII characters' }]);
}

/** @throws HttpError `not_acceptable` when `Accept` names neither the type nor a range that holds it */
export function requireAcceptable(accept: string | undefined, mediaType: string): void {
  if (accept === undefined || accept === '*/*' || accept === mediaType) return;
  const family = `${mediaType.split('/', 1)[0]}/*`;
  for (const item of accept.toLowerCase().split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
    if (range !== mediaType && range !== family && range !== '*/*') continue;
    // RFC 9110, 12.4.2: a weight of zero means "not acceptable".
    if (!parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter))) return;
  }
  throw new HttpError('not_acceptable', `this answers with ${mediaType}`, {
    path: 'accept',
    expected: mediaType,
    actual: accept.slice(0, 80),
  });
}
