import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { type Share, ShareBar } from '../../parts/chart/share-bar.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { overviewWords } from './words.ts';

/** From the best to the worst: how each is drawn. */
const STATES = {
  proven: 'good',
  'earlier-trust': 'level-2',
  stale: 'warn',
  refused: 'bad',
  never: 'level-0',
  suspended: 'idle',
} as const satisfies { readonly [state: string]: Share['tone'] };

type StateName = keyof typeof STATES;

/** The fleet by how fresh its evidence is, and by level where it proves one. */
export function Fleet({ hosts }: { readonly hosts: NonNullable<Answer<'getOverview'>['hosts']> }) {
  const words = useWords(overviewWords);
  const formats = useFormats();
  const names = Object.keys(STATES) as StateName[]; // the object's own
  const shares = names
    .map((state) => ({
      id: state,
      label: words.states[state],
      count: hosts.states[state] ?? 0,
      tone: STATES[state],
    }))
    .filter(({ count }) => count > 0);
  const levels = Object.entries(hosts.levels).filter(([, count]) => count > 0);
  return (
    <Panel title={words.hosts} aside={<Way to="/hosts">{words.hostCount(hosts.total)}</Way>}>
      {hosts.total === 0 ? <Empty>{words.noHosts}</Empty> : <ShareBar label={words.hosts} shares={shares} />}
      {hosts.total > 0 && (
        <>
          <h3 className="panel__part">{words.levels}</h3>
          {levels.length === 0 ? (
            <Empty>{words.noLevels}</Empty>
          ) : (
            <ul className="tally">
              {levels.toReversed().map(([level, count]) => (
                <li key={level}>
                  <LevelBadge level={level} />
                  <span>{formats.number(count)}</span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Panel>
  );
}
