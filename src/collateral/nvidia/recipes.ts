import { MAX_JWKS_BYTES } from '../../evidence/nvidia/nras/jwks.ts';
import type { Fetcher } from '../fetcher.ts';
import { judging, malformed } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Recipe, Shelf } from '../shelf.ts';
import type { CollateralTrust } from '../trust.ts';
import { jwksUrl, type NvidiaAddresses, rimUrl } from './addresses.ts';
import { askOcsp } from './ask-ocsp.ts';
import { judgeJwks } from './judge-jwks.ts';
import { judgeOcsp, pathOf } from './judge-ocsp.ts';
import { judgeRim } from './judge-rim.ts';
import { MAX_RIM_ANSWER_BYTES, readRimAnswer } from './rim-answer.ts';

/**
 * How a document is asked for and judged.
 *
 * @param chain of an OCSP response: PEM of the certificate in question and of those above it; where it is not given, the chain
 * beside the response that is kept
 */
export type NvidiaRecipes = (key: CollateralKey, chain?: Uint8Array) => Recipe;

export type NvidiaOptions = {
  readonly addresses: NvidiaAddresses;
  readonly fetch: Fetcher;
  readonly shelf: Shelf;
  readonly trust: CollateralTrust;
};

export function nvidiaRecipes(options: NvidiaOptions): NvidiaRecipes {
  return (key, chain) => {
    switch (key.kind) {
      case 'nvidia-rim':
        return rimRecipe(key, options);
      case 'nvidia-ocsp':
        return ocspRecipe(key, chain ?? null, options);
      case 'nvidia-jwks':
        return jwksRecipe(key, options);
      default:
        throw malformed(key, 'is no document of NVIDIA');
    }
  };
}

function rimRecipe(key: CollateralKey, { addresses, fetch, trust }: NvidiaOptions): Recipe {
  const url = rimUrl(addresses, key);
  return {
    key,
    ask: async (signal, owner) => {
      const request = { url, accept: 'application/json', maxBytes: MAX_RIM_ANSWER_BYTES, signal };
      const { body } = await fetch({ ...request, lane: `rim ${owner}` });
      return { body: judging(key, () => readRimAnswer(key, body)), chain: null, source: url.href };
    },
    judge: async (received, at) => judgeRim(key, received, trust, at),
  };
}

function ocspRecipe(
  key: CollateralKey,
  given: Uint8Array | null,
  { addresses, fetch, shelf, trust }: NvidiaOptions,
): Recipe {
  const url = addresses.ocsp;
  return {
    key,
    ask: async (signal, owner) => {
      const chain = given ?? (await shelf.chainAtHand(key));
      const path = judging(key, () => pathOf(key, chain, trust, shelf.now()));
      const body = await askOcsp({ key, path, url, signal, lane: `ocsp ${owner}` }, fetch);
      return { body, chain, source: url.href };
    },
    judge: async (received, at) => judgeOcsp(key, received, trust, at),
  };
}

function jwksRecipe(key: CollateralKey, { addresses, fetch }: NvidiaOptions): Recipe {
  const url = jwksUrl(addresses);
  return {
    key,
    ask: async (signal) => {
      const request = { url, accept: 'application/json', maxBytes: MAX_JWKS_BYTES, signal, lane: 'nras' };
      const { body } = await fetch(request);
      return { body, chain: null, source: url.href };
    },
    judge: async (received, at) => judgeJwks(key, received, at),
  };
}
