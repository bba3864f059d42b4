import { useCallback, useMemo, useState } from 'react';
import type { Event } from '../../../protocol/event.ts';
import { useList } from '../../api/read.ts';
import { useEventListener } from '../../app/events.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { eventName } from '../../words/events.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import type { Licence } from './types.ts';
import { licenceWords } from './words.ts';

/** The newest of them. */
const SHOWN = 50;

/** What happens to a licence and to whatever it names, while somebody looks; newest first. */
export function Happenings({ licence }: { readonly licence: Licence }) {
  const { live: words } = useWords(licenceWords);
  const [heard, setHeard] = useState<readonly Event[]>([]);
  const concerns = useConcerns(licence);
  const hear = useCallback(
    (event: Event) => setHeard((before) => [event, ...before].slice(0, SHOWN * 4)),
    [],
  );
  useEventListener(hear);
  const shown = heard.filter(concerns).slice(0, SHOWN);
  return (
    <Panel title={words.title} aside={words.lead}>
      {shown.length === 0 && <Empty>{words.none}</Empty>}
      <div role="log" aria-label={words.title}>
        <ol className="happenings">
          {shown.map((event) => (
            <Happening key={event.id} event={event} />
          ))}
        </ol>
      </div>
    </Panel>
  );
}

function Happening({ event: { type, timestamp, subject, data } }: { readonly event: Event }) {
  const { language } = useLanguage();
  const why = [data['sentence'], data['reason']].find((each) => typeof each === 'string');
  return (
    <li className="happenings__event">
      <p>
        <span className="happenings__name">{eventName(type, language)}</span> <Instant at={timestamp} />
      </p>
      <SubjectLink subject={subject} />
      {why !== undefined && (
        <p className="happenings__why">
          <Told text={String(why)} most={600} />
        </p>
      )}
    </li>
  );
}

/** Whether an event is about the licence, what it names, or a host that was granted something under it. */
function useConcerns({ id, conditions }: Licence): (event: Event) => boolean {
  const grants = useList('listGrants', { query: { licenceId: id, limit: 100 } }, { live: ['grant'] });
  const subjects = useMemo(
    () =>
      new Set([
        `licence:${id}`,
        ...conditions.parties.map((party) => `party:${party}`),
        ...conditions.facilities.map((facility) => `facility:${facility}`),
        ...conditions.devices.map((device) => `device:${device}`),
        ...(grants.rows ?? []).map(({ hostId }) => `host:${hostId}`),
      ]),
    [id, conditions, grants.rows],
  );
  return ({ subject, data }) => subjects.has(subject) || data['licenceId'] === id;
}
