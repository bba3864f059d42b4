import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Shown } from '../../parts/state.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Ends } from './ends.tsx';
import { Fleet } from './fleet.tsx';
import { Holds } from './holds.tsx';
import { Incidents } from './incidents.tsx';
import { Landmarks } from './landmarks.tsx';
import { Licences } from './licences.tsx';
import { overviewWords } from './words.ts';

/** How things stand, in the order in which somebody should worry: what ends and what is due stand beside what there is. */
export default function OverviewView() {
  const words = useWords(overviewWords);
  const { may } = useSession();
  if (!may('status:read')) {
    return (
      <Page title={words.title}>
        <p>{words.notYours}</p>
      </Page>
    );
  }
  return <Standing />;
}

function Standing() {
  const words = useWords(overviewWords);
  const read = useRead(
    'getOverview',
    {},
    { live: ['host', 'licence', 'incident', 'hold', 'facility', 'landmarks', 'trust-input', 'decision'] },
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <Shown read={read}>
        {({ at, hosts, licences, ends, incidents, holds, landmarks }) => (
          <>
            <div className="panels">
              {hosts !== null && <Fleet hosts={hosts} />}
              <Ends ends={ends} />
              {incidents !== null && <Incidents incidents={incidents} />}
              {licences !== null && <Licences licences={licences} />}
              {landmarks !== null && <Landmarks landmarks={landmarks} />}
              {holds !== null && <Holds holds={holds} />}
            </div>
            <p className="as-of">
              {words.asOf} <Instant at={at} />
            </p>
          </>
        )}
      </Shown>
    </Page>
  );
}
