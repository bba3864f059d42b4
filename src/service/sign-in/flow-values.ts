import { hkdfSync } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';

/** What an issuer is sent, and what must come back. Each is 256 bits; the browser holds what they follow from, in a cookie. */
export type FlowValues = {
  /** RFC 6749, 10.12: answers to another browser's question are none to this one's. */
  readonly state: string;
  /** OpenID Connect Core, 3.1.2.1: in the ID token, so that another sign-in's is none of this one. */
  readonly nonce: string;
  /** RFC 7636: whoever steals the code has no use for it. */
  readonly codeVerifier: string;
};

export function flowValues(cookie: string): FlowValues {
  const derive = (what: string): string =>
    toBase64Url(
      new Uint8Array(
        hkdfSync('sha256', cookie, new Uint8Array(), domain('sign-in-flow', toUtf8(what, 'flow')), 32),
      ),
    );
  return { state: derive('state'), nonce: derive('nonce'), codeVerifier: derive('code-verifier') };
}
