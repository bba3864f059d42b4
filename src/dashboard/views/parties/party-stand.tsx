import type { PartyAnswer } from '../../../protocol/party.ts';
import { useRead } from '../../api/read.ts';
import { useNow } from '../../parts/instant.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { type PartyStand, standOf } from './stand-of.ts';
import { partiesWords } from './words.ts';

const TONES: { readonly [S in PartyStand]: Tone } = {
  clear: 'good',
  denied: 'bad',
  unscreened: 'warn',
  outdated: 'warn',
  lapsed: 'warn',
  unproven: 'idle',
};

/** The list of those who may not be served that is in force; null where none was declared, undefined while it is not known. */
export function useListInForce(): string | null | undefined {
  const { data } = useRead('listScreeningLists', {}, { live: ['screening-list'] });
  return data === undefined ? undefined : (data.items[0]?.version ?? null);
}

/** How a party's screening stands against the list in force; it turns over while somebody looks. */
export function PartyStandStatus({
  party,
  inForce,
}: {
  readonly party: Pick<PartyAnswer, 'standing' | 'listVersion' | 'clearUntil'>;
  readonly inForce: string | null | undefined;
}) {
  const { stands } = useWords(partiesWords);
  const stand = standOf(party, inForce, useNow());
  return <Status tone={TONES[stand]}>{stands[stand]}</Status>;
}
