import { alwaysThere } from '../always-there.ts';
import { crlDer, MAX_CRL_BYTES } from '../crl.ts';
import type { Fetcher } from '../fetcher.ts';
import { judging, malformed } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Received, Recipe, Shelf } from '../shelf.ts';
import type { CollateralTrust } from '../trust.ts';
import { type AmdAddresses, amdUrl, chainKey, vcekParts } from './addresses.ts';
import { judgeAmdChain, judgeAmdCrl, judgeVcek } from './judge.ts';

const MAX_CERTIFICATE_BYTES = 64 * 1024;

export type AmdRecipes = (key: CollateralKey) => Recipe;

export type AmdOptions = {
  readonly addresses: AmdAddresses;
  readonly fetch: Fetcher;
  readonly shelf: Shelf;
  readonly trust: CollateralTrust;
};

/** How each of AMD's documents is asked for and judged: certificates and CRLs by the chain, which is fetched first. */
export function amdRecipes({ addresses, fetch, shelf, trust }: AmdOptions): AmdRecipes {
  /** Chips wait in lanes of their own: a fleet that boots keeps no CRL waiting. */
  const ask = async (key: CollateralKey, signal: AbortSignal, owner = ''): Promise<Received> => {
    const url = amdUrl(addresses, key);
    const maxBytes = key.kind === 'amd-crl' ? MAX_CRL_BYTES : MAX_CERTIFICATE_BYTES;
    const lane = key.kind === 'amd-vcek' ? `chips ${owner}` : 'products';
    const asking = fetch({ url, accept: '*/*', maxBytes, signal, lane });
    const { body } = await (key.kind === 'amd-vcek' ? asking : alwaysThere(asking));
    return { body, chain: null, source: url.href };
  };

  const chain = async (key: CollateralKey): Promise<Uint8Array> => (await shelf.get(recipeOf(key))).body;

  const recipeOf = (key: CollateralKey): Recipe => {
    switch (key.kind) {
      case 'amd-chain':
        return {
          key,
          judgesOthers: true,
          ask: (signal) => ask(key, signal),
          judge: async (received, at) => judgeAmdChain(key, received, trust, at),
        };
      case 'amd-vcek': {
        const { product } = vcekParts(key);
        return {
          key,
          ask: (signal, lane) => ask(key, signal, lane),
          judge: async (received, at) =>
            judgeVcek(key, received, await chain(chainKey({ kind: 'vcek', product })), trust, at),
        };
      }
      case 'amd-crl':
        return {
          key,
          ask: async (signal) => {
            const received = await ask(key, signal);
            return { ...received, body: judging(key, () => crlDer(received.body)) };
          },
          judge: async (received) =>
            judgeAmdCrl(key, received, await chain({ kind: 'amd-chain', name: key.name }), trust),
        };
      default:
        throw malformed(key, 'is no document of AMD');
    }
  };
  return recipeOf;
}
