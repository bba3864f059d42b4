import { useMemo } from 'react';
import { useAll } from '../../api/read-all.ts';
import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { landmarksWords } from './words.ts';

/** Versions of landmarks that somebody proposed: they count once another person has approved them. */
export function Proposed() {
  const words = useWords(landmarksWords);
  const { data } = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  const waiting = useMemo(
    () => data?.filter(({ kind, state }) => kind === 'landmark' && state === 'proposed') ?? [],
    [data],
  );
  if (waiting.length === 0) return null;
  return (
    <Panel title={words.waiting} aside={words.waitingNote}>
      <ul className="landmarks__waiting">
        {waiting.map(({ id, name, version, proposedBy, proposedAt }) => (
          <li key={id}>
            <Way to={`/trust/${encodeURIComponent(id)}`}>
              <Told text={name} /> <Told text={version} />
            </Way>{' '}
            <span className="kind">
              <Instant at={proposedAt} /> {words.by} <Told text={proposedBy} mono />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
