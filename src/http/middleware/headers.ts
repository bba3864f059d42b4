import { RequestError } from '../../service/errors.ts';
import { HttpError, ValidationError } from '../errors.ts';
import type { Authorise } from '../route.ts';

/** RFC 8941 strings are not asked for: the key is taken as it stands, within an alphabet that logs and stores can hold. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,128}$/;

/**
 * The key under which the request is asked for, where its route changes something; elsewhere none counts.
 * @throws RequestError `idempotency_key_required`; ValidationError
 */
export function readIdempotencyKey(
  rule: Authorise,
  header: string | readonly string[] | undefined,
): string | undefined {
  if (header === undefined) {
    if (rule.scheme !== 'bearer' || rule.effect === 'reads') return undefined;
    throw new RequestError('idempotency_key_required', 'what changes something takes an Idempotency-Key', {
      path: 'idempotency-key',
      expected: 'a new one for each request, the same when it is repeated; at random, e.g. a UUID',
    });
  }
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
