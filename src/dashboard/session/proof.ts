import type { PageKey } from './key.ts';

const utf8 = new TextEncoder();

/** One request, as its proof names it. */
export type Proven = {
  readonly method: string;
  /** Absolute; query and fragment do not count. */
  readonly url: URL;
  readonly now: Date;
  /** Names the session; null before there is one. */
  readonly sessionHash: string | null;
};

/**
 * A DPoP proof (RFC 9449, 4.2): method, URI, instant, an identifier that is never used again, and the session's hash as `ath`. A
 * request that is repeated takes another.
 */
export async function proofOf(key: PageKey, { method, url, now, sessionHash }: Proven): Promise<string> {
  const header = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk });
  const payload = part({
    htm: method,
    htu: `${url.origin}${url.pathname}`,
    jti: crypto.randomUUID(),
    iat: Math.floor(now.getTime() / 1000),
    ...(sessionHash === null ? {} : { ath: sessionHash }),
  });
  const text = `${header}.${payload}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, utf8.encode(text));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

function part(value: object): string {
  return base64url(utf8.encode(JSON.stringify(value)));
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}
