import { RequestError } from '../../service/errors.ts';

/**
 * The cookie of a session. Under TLS its name takes it from no other host and no other path, and never over plain HTTP
 * (`__Host-`, RFC 6265bis, 4.1.3.2). On plain HTTP, which is this machine's alone, the name holds the port: cookies know
 * none, and another verifier's on this machine would take its place.
 */
export type CookieName = { readonly name: string; readonly secure: boolean };

/** @param publicUrl this verifier as browsers reach it */
export function cookieName(publicUrl: string, purpose: 'session' | 'flow' = 'session'): CookieName {
  const { protocol, port } = new URL(publicUrl);
  const base = purpose === 'session' ? 'sextant' : 'sextant-flow';
  if (protocol === 'https:') return { name: `__Host-${base}`, secure: true };
  return { name: port === '' ? base : `${base}-${port}`, secure: false };
}

/**
 * The value of a cookie; undefined where there is none.
 * @throws RequestError `unauthenticated` where there are several: whoever planted the other one must not have its way
 */
export function readCookie(header: string | undefined, { name }: CookieName): string | undefined {
  if (header === undefined) return undefined;
  const values = header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at !== -1 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  if (values.length < 2) return values[0];
  throw new RequestError('unauthenticated', 'several cookies of one name: delete those of this site');
}

/** `Set-Cookie` for this browser's life: how long a session lasts is the verifier's to say. */
export function setCookie({ name, secure }: CookieName, value: string): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/**
 * `Set-Cookie` for the way to an issuer and back: it must come with a navigation from there, so it is Lax. It is good for nothing but
 * coming back.
 */
export function flowCookie({ name, secure }: CookieName, value: string, seconds: number): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
}

/** `Set-Cookie` that takes it away. */
export function clearCookie(cookie: CookieName): string {
  return `${setCookie(cookie, '')}; Max-Age=0`;
}
