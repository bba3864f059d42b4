import type { LicenceConditions } from '../../policy/licence.ts';
import { type LoadedPack, PackAnswers, type PackInput, reads } from '../../policy/packs/index.ts';
import type { Weighed } from '../../policy/weighed.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { packKey } from '../trust/rule-packs.ts';

/** What packs answered, whichever store asked: their answers depend on nothing else than the question. */
export const ANSWERS = new PackAnswers();

/** The packs that a licence names, as they are in force now. */
export function packsNamed({ rulePacks }: EffectiveTrust, conditions: LicenceConditions): Weighed['packs'] {
  if (conditions.rulePacks === 'none') return [];
  return conditions.rulePacks.map(({ name, version }) => {
    const digest = rulePacks.get(packKey({ name, version }))?.digest ?? null;
    return { name, version, digest };
  });
}

/** Packs in force by their digest, for whoever decides by them. */
export function packsInForce({ rulePacks }: EffectiveTrust): (digest: string) => LoadedPack | null {
  return (digest) => {
    for (const pack of rulePacks.values()) if (pack.digest === digest) return pack.loaded;
    return null;
  };
}

/** Whether any pack that a licence names reads something, so that it has to be told: what is dear is for those who ask. */
export function packsRead(
  { rulePacks }: EffectiveTrust,
  conditions: LicenceConditions,
  action: PackInput['action'],
  path: readonly string[],
): boolean {
  const named = conditions.rulePacks === 'none' ? [] : conditions.rulePacks;
  return named.some((one) => {
    const loaded = rulePacks.get(packKey(one))?.loaded ?? null;
    return loaded !== null && reads(loaded, action, path);
  });
}
