import type { Answer } from '../../api/call.ts';
import { Way } from '../../app/ways.tsx';
import { Instant, useNow, When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { dutyOf } from './duty.ts';
import { incidentWords } from './words.ts';

/** By when an incident must be reported, whether it was, and who ended it. */
export function Reporting({ incident }: { readonly incident: Answer<'getIncident'> }) {
  const words = useWords(incidentWords);
  const formats = useFormats();
  const now = useNow();
  const { tenant, dueAt, openedAt, lastSeenAt, timesSeen, leafIndex } = incident;
  return (
    <Panel title={words.duty} aside={words[dutyOf(incident, now)]}>
      <Facts>
        <Fact name={words.due}>
          <When at={dueAt} />
        </Fact>
        <Fact name={words.holder}>
          <Told text={tenant} />
        </Fact>
        <Fact name={words.openedAt}>
          <Instant at={openedAt} />
        </Fact>
        <Fact name={words.lastSeenAt}>
          <Instant at={lastSeenAt} />
        </Fact>
        <Fact name={words.timesSeen}>{formats.number(timesSeen)}</Fact>
        <Fact name={words.reportedAt}>
          <Done at={incident.reportedAt} by={incident.reportedBy} />
        </Fact>
        <Fact name={words.reference}>
          <Told text={incident.reference} most={2000} />
        </Fact>
        <Fact name={words.closedAt}>
          <Done at={incident.closedAt} by={incident.closedBy} />
        </Fact>
        <Fact name={words.closedReason}>
          <Told text={incident.closedReason} most={2000} />
        </Fact>
        <Fact name={words.act}>
          <Way to={`/log/${leafIndex}`}>{formats.number(leafIndex)}</Way>
        </Fact>
      </Facts>
    </Panel>
  );
}

function Done({ at, by }: { readonly at: string | null; readonly by: string | null }) {
  const words = useWords(incidentWords);
  if (at === null) return <Instant at={null} />;
  return (
    <>
      <Instant at={at} /> {words.by} <Told text={by} mono />
    </>
  );
}
