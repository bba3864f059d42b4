import { parsePem } from '../../bytes/pem.ts';
import { fromUtf8, toUtf8 } from '../../bytes/text.ts';
import { alwaysThere } from '../always-there.ts';
import { crlDer, MAX_CRL_BYTES } from '../crl.ts';
import type { Fetched, Fetcher } from '../fetcher.ts';
import { judging, malformed } from '../malformed.ts';
import type { CollateralKey } from '../port.ts';
import type { Received, Recipe, Shelf } from '../shelf.ts';
import type { CollateralTrust } from '../trust.ts';
import { type IntelAddresses, intelUrl } from './addresses.ts';
import {
  type IntelQuestion,
  judgeEvaluations,
  judgePckCrl,
  judgeQeIdentity,
  judgeRootCrl,
  judgeTcbInfo,
  requireTrustedRoot,
} from './judge.ts';
import { MAX_SIGNED_BYTES } from './signed-document.ts';

/** In which header the signer's chain comes; a PCCS of version 3 has the older name of the first. */
const CHAIN_HEADERS: Readonly<Partial<Record<CollateralKey['kind'], readonly string[]>>> = {
  'intel-tcb-info': ['TCB-Info-Issuer-Chain', 'SGX-TCB-Info-Issuer-Chain'],
  'intel-qe-identity': ['SGX-Enclave-Identity-Issuer-Chain'],
  'intel-pck-crl': ['SGX-PCK-CRL-Issuer-Chain'],
  'intel-evaluations': ['TCB-Evaluation-Data-Numbers-Issuer-Chain'],
};

const JUDGES = {
  'intel-tcb-info': judgeTcbInfo,
  'intel-qe-identity': judgeQeIdentity,
  'intel-evaluations': judgeEvaluations,
} as const;

export type IntelRecipes = (key: CollateralKey) => Recipe;

export type IntelOptions = {
  readonly addresses: IntelAddresses;
  readonly fetch: Fetcher;
  readonly shelf: Shelf;
  readonly trust: CollateralTrust;
};

export const ROOT_CRL: CollateralKey = { kind: 'intel-root-crl', name: 'root' };

/**
 * How each of Intel's documents is asked for and judged. All but the root's CRL are judged with the root's CRL, which is fetched
 * first where it is not at hand; the root itself comes in their chains, and counts if it is pinned or trusted.
 */
export function intelRecipes({ addresses, fetch, shelf, trust }: IntelOptions): IntelRecipes {
  const ask = async (
    key: CollateralKey,
    signal: AbortSignal,
  ): Promise<Fetched & { readonly source: string }> => {
    const url = intelUrl(addresses, key);
    const isCrl = key.kind.endsWith('-crl');
    const accept = isCrl ? 'application/pkix-crl, */*' : 'application/json';
    const maxBytes = isCrl ? MAX_CRL_BYTES : MAX_SIGNED_BYTES;
    const asking = fetch({ url, accept, maxBytes, signal, lane: 'intel' });
    return { ...(await (isCrl ? alwaysThere(asking) : asking)), source: url.href };
  };

  const questionOf = async (key: CollateralKey, received: Received, at: Date): Promise<IntelQuestion> => {
    // Before anything is fetched on its account: a stranger's chain leads to no root's CRL.
    requireTrustedRoot(key, received.chain, trust);
    const { body } = await shelf.get(rootCrlRecipe(received.chain));
    return { key, received, rootCrl: crlDer(body), trust, at };
  };

  const rootCrlRecipe = (chain: Uint8Array | null): Recipe => ({
    key: ROOT_CRL,
    judgesOthers: true,
    ask: async (signal) => {
      const { body, source } = await ask(ROOT_CRL, signal);
      const root = chain === null ? await shelf.chainAtHand(ROOT_CRL) : lastOf(ROOT_CRL, chain);
      return { body: judging(ROOT_CRL, () => crlDer(body)), chain: root, source };
    },
    judge: async (received) => judgeRootCrl(ROOT_CRL, received, trust),
  });

  return (key) => {
    switch (key.kind) {
      case 'intel-root-crl':
        return rootCrlRecipe(null);
      case 'intel-tcb-info':
      case 'intel-evaluations':
      case 'intel-qe-identity': {
        const judge = JUDGES[key.kind];
        return {
          key,
          ask: async (signal) => withChain(key, await ask(key, signal)),
          judge: async (received, at) => judge(await questionOf(key, received, at)),
        };
      }
      case 'intel-pck-crl':
        return {
          key,
          ask: async (signal) => {
            const received = withChain(key, await ask(key, signal));
            return { ...received, body: judging(key, () => crlDer(received.body)) };
          },
          judge: async (received, at) => judgePckCrl(await questionOf(key, received, at)),
        };
      default:
        throw malformed(key, 'is no document of Intel');
    }
  };
}

/** The chain that came in a header, percent-decoded (RFC 3986, 2.1), as PEM. */
function withChain(
  key: CollateralKey,
  { body, headers, source }: Fetched & { readonly source: string },
): Received {
  for (const name of CHAIN_HEADERS[key.kind] ?? []) {
    const value = headers.get(name);
    if (value === null) continue;
    try {
      return { body, chain: toUtf8(decodeURIComponent(value), name), source };
    } catch {
      throw malformed(key, `its header ${name} is not percent-encoded`);
    }
  }
  throw malformed(key, 'comes without an issuer chain', CHAIN_HEADERS[key.kind]?.[0]);
}

/** The root stands last in every chain that Intel sends. */
function lastOf(key: CollateralKey, chain: Uint8Array): Uint8Array {
  return judging(key, () => {
    const blocks = fromUtf8(chain, 'issuerChain').match(
      /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g,
    );
    const last = `${blocks?.at(-1) ?? ''}\n`;
    parsePem(last, { label: 'CERTIFICATE' });
    return toUtf8(last, 'issuerChain');
  });
}
