import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { type Share, ShareBar } from '../../parts/chart/share-bar.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { useWords } from '../../words/language.tsx';
import { overviewWords } from './words.ts';

const STANDINGS = {
  counts: 'good',
  'place-unproven': 'warn',
  'audit-lapsed': 'idle',
  quarantined: 'bad',
} as const satisfies { readonly [standing: string]: Share['tone'] };

/** Whether the landmarks that measure hosts agree with each other. */
export function Landmarks({
  landmarks,
}: {
  readonly landmarks: NonNullable<Answer<'getOverview'>['landmarks']>;
}) {
  const words = useWords(overviewWords);
  const names = Object.keys(STANDINGS) as (keyof typeof STANDINGS)[]; // the object's own
  const shares = names.map((standing) => ({
    id: standing,
    label: words.landmarkStates[standing],
    count: landmarks[standing] ?? 0,
    tone: STANDINGS[standing],
  }));
  const all = shares.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel title={words.landmarks} aside={<Way to="/map">{words.landmarkCount(all)}</Way>}>
      {all === 0 ? <Empty>{words.noLandmarks}</Empty> : <ShareBar label={words.landmarks} shares={shares} />}
    </Panel>
  );
}
