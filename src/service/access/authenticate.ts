import type { Context } from '../context.ts';
import { type ProvenRequest, type VerifiedProof, verifyDpopProof } from '../dpop/proof.ts';
import type { Binder, Caller } from '../principal.ts';
import type { ShownCertificate } from './certificate.ts';
import { holderOf, principalOf } from './holder.ts';
import { TokenKeyCache } from './key-cache.ts';
import { proofRequired, unboundToken, unknownToken, wrongKey } from './refusals.ts';

/** What a request shows of its caller. */
export type Shown = ProvenRequest & {
  readonly authorization: string | undefined;
  /** Of its connection. */
  readonly certificate?: ShownCertificate | undefined;
};

/** Establishes who presents a token. One for each process: it remembers the keys of bound tokens. */
export type TokenAuthenticator = {
  /**
   * Who holds the token, and whether the request proves possession of the key or certificate that it is bound to.
   * @throws RequestError `unauthenticated`; `proof_required` where a bound token comes without; `dpop_invalid`, `certificate_invalid`
   */
  readonly bearer: (shown: Shown) => Promise<Caller>;
  /**
   * Who holds a token, bound or not, with the key that the request proves.
   * @throws RequestError `unauthenticated`, `dpop_invalid`
   */
  readonly binder: (shown: Shown) => Promise<Binder>;
};

/** The store is asked every time, so that a revocation holds from the next request on, in every process. */
export function tokenAuthenticator(context: Context): TokenAuthenticator {
  const keys = new TokenKeyCache();
  const verify = async (shown: Shown, token: string): Promise<VerifiedProof> => {
    const { publicUrl, dpopSkewMs: skewMs } = context.config;
    return verifyDpopProof({ ...shown, token }, { publicUrl, skewMs, now: context.clock() }, keys);
  };
  return {
    bearer: async (shown) => {
      const { scheme, token } = tokenOf(shown.authorization);
      const row = await holderOf(context, token, shown.certificate);
      const principal = principalOf(row);
      if (row.jkt === null) {
        if (scheme !== 'bearer') throw unboundToken();
        const { x5t_s256: digest } = row;
        if (digest === null) return { ...principal, proven: false, proof: null };
        return { ...principal, key: `x5t:${digest}`, proven: true, proof: null };
      }
      if (scheme === 'bearer' || shown.dpop === undefined) throw proofRequired('the token is bound to a key');
      const { jkt, key, proof } = await verify(shown, token);
      if (jkt !== row.jkt) throw wrongKey();
      keys.keep(jkt, key);
      return { ...principal, key: `jkt:${jkt}`, proven: true, proof };
    },
    binder: async (shown) => {
      const { token } = tokenOf(shown.authorization);
      const { id } = await holderOf(context, token, shown.certificate);
      const { jkt, jwk, proof } = await verify(shown, token);
      return { tokenId: id, jkt, jwk, proof };
    },
  };
}

/** @throws RequestError `proof_required` unless the request proves possession of what its token is bound to */
export function requireProven({ proven }: Caller): void {
  if (!proven) throw proofRequired('a plain bearer token only reads');
}

function tokenOf(authorization: string | undefined): { scheme: 'bearer' | 'dpop'; token: string } {
  const header = authorization === undefined || authorization.length > 256 ? '' : authorization;
  // RFC 9110, 11.1: the scheme's case does not matter.
  const [, scheme, token] = /^(bearer|dpop) ([^ ]+)$/i.exec(header) ?? [];
  if (scheme === undefined || token === undefined) throw unknownToken();
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token };
}
