import { LevelBadge } from '../../parts/level-badge.tsx';
import { useWords } from '../../words/language.tsx';
import { conditionWords } from './condition-words.ts';
import type { Conditions } from './types.ts';

type MinimumProps = { readonly conditions: Pick<Conditions, 'minimumLevel' | 'minimumFacts'> };

/** The level and the facts that fresh evidence must prove of every device. */
export function Minimum({ conditions: { minimumLevel, minimumFacts = {} } }: MinimumProps) {
  const { fact } = useWords(conditionWords);
  const { device, host, place } = minimumFacts;
  const facts = [
    device === undefined ? null : `${fact.device}: ${device}`,
    host === undefined ? null : `${fact.host}: ${host}`,
    place === undefined ? null : `${fact.place}: ${place.verdict}, ${place.grade}, f ≥ ${place.f}`,
  ].filter((each) => each !== null);
  return (
    <>
      {minimumLevel !== undefined && <LevelBadge level={minimumLevel} />}
      {facts.length > 0 && (
        <ul className="conditions__named">
          {facts.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </>
  );
}
