import { CollateralError } from '../errors.ts';
import { metadataOf } from '../metadata.ts';
import type { CollateralDocument, CollateralKey } from '../port.ts';
import type { Shelf } from '../shelf.ts';
import type { FetchLimits, IntelCollateralSet, IntelNeed } from '../source.ts';
import { channelText, type TcbChannel } from './channel.ts';
import { type IntelRecipes, ROOT_CRL } from './recipes.ts';

/** The documents that a quote needs, by their names in IntelCollateral. */
export function intelKeys({ tee, fmspc, ca }: IntelNeed, channel: TcbChannel) {
  if (!/^[0-9a-f]{12}$/.test(fmspc)) {
    throw new CollateralError('collateral_bad_need', `${fmspc.slice(0, 32)} is no FMSPC`, {
      expected: '12 lower-case hexadecimal digits',
    });
  }
  const set = channelText(channel);
  return {
    tcbInfo: { kind: 'intel-tcb-info', name: `${tee}/${fmspc}/${set}` },
    qeIdentity: { kind: 'intel-qe-identity', name: `${tee}/${set}` },
    rootCrl: ROOT_CRL,
    pckCrl: { kind: 'intel-pck-crl', name: ca },
  } as const satisfies Record<string, CollateralKey>;
}

/** All that a quote needs, each piece current. @throws CollateralError */
export async function fetchIntel(
  need: IntelNeed,
  channel: TcbChannel,
  { shelf, recipeOf }: { readonly shelf: Shelf; readonly recipeOf: IntelRecipes },
  limits: FetchLimits,
): Promise<IntelCollateralSet> {
  const keys = intelKeys(need, channel);
  const get = (key: CollateralKey): Promise<CollateralDocument> => shelf.get(recipeOf(key), limits);
  const [tcbInfo, qeIdentity, pckCrl] = await evenly(
    await Promise.all([get(keys.tcbInfo), get(keys.qeIdentity), get(keys.pckCrl)]),
    shelf.now(),
    (key) => shelf.renew(recipeOf(key), limits),
  );
  // Last: the others were judged by it, so that it is at hand by now.
  const rootCrl = await get(keys.rootCrl);
  const documents = [tcbInfo, qeIdentity, pckCrl, rootCrl];
  return {
    tcbInfo: tcbInfo.body,
    tcbInfoChain: tcbInfo.chain,
    qeIdentity: qeIdentity.body,
    qeIdentityChain: qeIdentity.chain,
    rootCrl: rootCrl.body,
    pckCrl: pckCrl.body,
    pckChain: null,
    provenance: documents.map(metadataOf),
    validUntil: earliest(documents),
  };
}

/** How long an uneven pair is left alone after its elder was asked for. */
const UNEVEN_MS = 300_000;

type Trio = readonly [
  tcbInfo: CollateralDocument,
  qeIdentity: CollateralDocument,
  pckCrl: CollateralDocument,
];

/**
 * TCB Info and QE Identity of one evaluation count together. Where Intel went on to the next between the two fetches, the older one
 * is asked for again; if it stays behind, the verifier says so.
 */
async function evenly(
  trio: Trio,
  at: Date,
  renew: (key: CollateralKey) => Promise<CollateralDocument>,
): Promise<Trio> {
  const [tcbInfo, qeIdentity, pckCrl] = trio;
  const numberOf = (document: CollateralDocument): number => document.evaluationNumber ?? 0;
  if (numberOf(tcbInfo) === numberOf(qeIdentity)) return trio;
  const isTcbBehind = numberOf(tcbInfo) < numberOf(qeIdentity);
  const behind = isTcbBehind ? tcbInfo : qeIdentity;
  if (at.getTime() - behind.fetchedAt.getTime() < UNEVEN_MS) return trio;
  const newer = await renew(behind.key).catch((error: unknown) => {
    if (error instanceof CollateralError) return behind;
    throw error;
  });
  return isTcbBehind ? [newer, qeIdentity, pckCrl] : [tcbInfo, newer, pckCrl];
}

function earliest(documents: readonly CollateralDocument[]): Date {
  const ends = documents.map(({ nextUpdate }) => nextUpdate?.getTime() ?? Number.POSITIVE_INFINITY);
  return new Date(Math.min(...ends));
}
