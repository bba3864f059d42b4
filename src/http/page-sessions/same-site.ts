import { RequestError } from '../../service/errors.ts';

/** What a browser says of where a request comes from; programs that are none say nothing. */
export type Provenance = {
  readonly method: string;
  /** `Origin`. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
};

/**
 * Refuses what another site's page asks for. SameSite=Strict keeps the cookie from such requests, and the proof's header
 * from requests without CORS, which is granted to nobody; this is the third wall, and the only one that needs no state.
 *
 * `Origin: null` says nothing either way (a page without referrer sends it with some requests), so there Sec-Fetch-Site
 * must speak.
 *
 * @param marked whether the request must say where it comes from: one with a cookie that may change something
 * @throws RequestError `cross_site`
 */
export function requireOwnSite({ origin, fetchSite }: Provenance, publicUrl: string, marked: boolean): void {
  if (fetchSite !== undefined && fetchSite !== 'same-origin') {
    throw refuse('sec-fetch-site', 'same-origin', fetchSite);
  }
  const own = new URL(publicUrl).origin;
  if (origin !== undefined && origin !== 'null' && origin !== own) throw refuse('origin', own, origin);
  const silent = fetchSite === undefined && (origin === undefined || origin === 'null');
  if (silent && (marked || origin === 'null')) throw refuse('origin', own, origin ?? 'none');
}

function refuse(path: string, expected: string, actual: string): RequestError {
  return new RequestError('cross_site', `${path} is ${actual.slice(0, 80)}, not ${expected}`, {
    path,
    expected,
    actual: actual.slice(0, 80),
  });
}
