import type { ReactNode } from 'react';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { mapViewWords } from './words.ts';

const SQUARE = { x: -7, y: -7, width: 14, height: 14, rx: 3 } as const;
const LOZENGE = 'M0,-7L7,0L0,7L-7,0Z';

/** What the marks mean. */
export function Legend() {
  const { legend: words } = useWords(mapViewWords);
  const { may } = useSession();
  return (
    <ul className="places__legend">
      <Entry word={words.site}>
        <rect className="places__site" {...SQUARE} />
      </Entry>
      <Entry word={words.off}>
        <rect className="places__site places__site--off" {...SQUARE} />
      </Entry>
      {may('hosts:read') && (
        <Entry word={words.hosts}>
          <circle className="places__disk" r="8" />
          <circle className="places__legend-ring" r="6.5" />
        </Entry>
      )}
      {may('trust:read') && (
        <>
          <Entry word={words.landmark}>
            <path className="map__landmark map__landmark--counts" d={LOZENGE} />
          </Entry>
          <Entry word={words.fallen}>
            <path className="map__landmark" d={LOZENGE} />
          </Entry>
        </>
      )}
    </ul>
  );
}

type EntryProps = {
  readonly word: string;
  /** Its mark, about the origin, as the map draws it. */
  readonly children: ReactNode;
};

function Entry({ word, children }: EntryProps) {
  return (
    <li>
      <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
        {children}
      </svg>
      {word}
    </li>
  );
}
