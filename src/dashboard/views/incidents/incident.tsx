import { useParams } from 'wouter';
import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { Actions } from './actions.tsx';
import { IncidentState } from './incident-state.tsx';
import { Reporting } from './reporting.tsx';
import { incidentWords } from './words.ts';
import './incidents.css';

/** One incident: by when it must be reported and whether it was, what it is about, where to look, and what people noted. */
export default function IncidentPage() {
  const { incidentId = '' } = useParams();
  const words = useWords(incidentWords);
  const read = useRead('getIncident', { params: { incidentId } }, { live: ['incident'] });
  const incident = read.data;
  const kind = incident === undefined ? words.columns.id : words.kinds[incident.kind];
  return (
    <Page
      title={words.one(kind, toldText(incidentId))}
      heading={
        incident === undefined ? undefined : (
          <span className="titled">
            <Told text={words.one(kind, incidentId)} /> <IncidentState {...incident} />
          </span>
        )
      }
      lead={incident === undefined ? undefined : words.means[incident.kind]}
      actions={incident === undefined ? undefined : <Actions incident={incident} />}
    >
      <Shown read={read}>
        {(shown) => (
          <div className="incident">
            <Reporting incident={shown} />
            <Panel title={words.subjects}>
              <Named subjects={shown.subjects} />
            </Panel>
            <Panel title={words.evidence} aside={words.evidenceNote}>
              <Named subjects={shown.evidence} />
            </Panel>
            <Notes notes={shown.notes ?? []} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Named({ subjects }: { readonly subjects: readonly string[] }) {
  const words = useWords(incidentWords);
  if (subjects.length === 0) return <Empty>{words.noEvidence}</Empty>;
  return (
    <ul className="incident__list">
      {subjects.map((subject) => (
        <li key={subject}>
          <SubjectLink subject={subject} />
        </li>
      ))}
    </ul>
  );
}

function Notes({ notes }: { readonly notes: NonNullable<Answer<'getIncident'>['notes']> }) {
  const words = useWords(incidentWords);
  return (
    <Panel title={words.notes}>
      {notes.length === 0 && <Empty>{words.noNotes}</Empty>}
      <ol className="incident__list">
        {notes.map(({ at, by, note }) => (
          <li key={`${at} ${by} ${note}`}>
            <p className="incident__by">
              <Instant at={at} /> {words.by} <Told text={by} mono />
            </p>
            <p className="incident__note">
              <Told text={note} most={2000} />
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
