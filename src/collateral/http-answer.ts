import { CollateralError, type CollateralErrorDetails } from './errors.ts';

const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** Statuses that a later try may turn into an answer. 504 is how a PCCS says that it could not reach Intel. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** 404: unknown. 410: an evaluation number that Intel no longer serves. 461: a PCCS that does not know the platform. */
const ABSENT: ReadonlySet<number> = new Set([404, 410, 461]);

/** What went wrong, and whether trying again may mend it. */
export type Failure = { readonly error: CollateralError; readonly retry: boolean };

/** What a status other than 200 means. */
export function failureOf(response: Response, url: URL): Failure {
  const { status } = response;
  const retryAfterMs = readRetryAfter(response.headers);
  const details = { path: url.href, status, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  const message = `${url.host} answered ${status}${errorText(response.headers)}`;
  if (status === 429) {
    return { error: new CollateralError('collateral_throttled', message, details), retry: true };
  }
  if (PASSING.has(status)) {
    return { error: new CollateralError('collateral_unavailable', message, details), retry: true };
  }
  const code = ABSENT.has(status) ? 'collateral_not_found' : 'collateral_refused';
  return { error: new CollateralError(code, message, details), retry: false };
}

/** Milliseconds, from seconds or an HTTP date (RFC 9110, 10.2.3); null where it is absent or neither. */
function readRetryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined) return null;
  const sent = Date.parse(headers.get('date') ?? '');
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - sent;
  // A date means something only beside the date of the answer: our clock may not be theirs.
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/** The PCS says more in headers of its own. They come from outside: short, and printable by whoever shows them. */
function errorText(headers: Headers): string {
  const text = [headers.get('error-code'), headers.get('error-message')].filter((part) => part !== null);
  return text.length === 0 ? '' : ` (${text.join(': ').slice(0, 200)})`;
}

/** A request that got no answer: the network, TLS, or an answer that breaks off. */
export function failureToConnect(cause: unknown, url: URL): Failure {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
  const why = inner instanceof Error && inner.message !== '' ? inner.message : code;
  const details: CollateralErrorDetails = { path: url.href, cause };
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    const error = new CollateralError(
      'collateral_too_large',
      `${url.host} sent headers without end`,
      details,
    );
    return { error, retry: false };
  }
  if (/CERT|SIGNED|ISSUER|ALTNAME/.test(code)) {
    const message = `${url.host} does not prove its name (${why}); a private CA is named with NODE_EXTRA_CA_CERTS`;
    return { error: new CollateralError('collateral_refused', message, details), retry: false };
  }
  const message = `${url.host} could not be reached (${why})`;
  return { error: new CollateralError('collateral_unavailable', message, details), retry: true };
}
