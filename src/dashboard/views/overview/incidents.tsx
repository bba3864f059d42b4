import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { useWords } from '../../words/language.tsx';
import { incidentWords } from '../incidents/words.ts';
import { overviewWords } from './words.ts';

/** What must be reported, soonest due first. */
export function Incidents({
  incidents,
}: {
  readonly incidents: NonNullable<Answer<'getOverview'>['incidents']>;
}) {
  const words = useWords(overviewWords);
  const { kinds } = useWords(incidentWords);
  const { open, overdue, reported, due } = incidents;
  return (
    <Panel
      title={words.incidents}
      aside={<Way to="/incidents">{words.incidentCounts(open, overdue, reported)}</Way>}
    >
      {due.length === 0 ? (
        <Empty>{words.noIncidents}</Empty>
      ) : (
        <table className="plain-table">
          <caption className="unseen">{words.due}</caption>
          <thead>
            <tr>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.due}</th>
            </tr>
          </thead>
          <tbody>
            {due.map(({ id, kind, dueAt, overdue: isOverdue }) => (
              <tr key={id}>
                <td>
                  <Way to={`/incidents/${id}`}>{kinds[kind]}</Way>
                </td>
                <td>
                  {isOverdue ? <Status tone="bad">{words.overdue}</Status> : null}{' '}
                  <Instant at={dueAt} relative />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
