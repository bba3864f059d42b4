import { useList } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { LicenceStatus } from './types.ts';
import { licenceWords } from './words.ts';

type HoldsProps = { readonly licenceId: string; readonly status: LicenceStatus | undefined };

/** What is held of all that a licence names: on itself, its parties, facilities, devices and their hosts. */
export function Holds({ licenceId, status }: HoldsProps) {
  const { holds: words } = useWords(licenceWords);
  if (status === undefined) return null;
  const held = status.reasons.filter(({ code }) => code.endsWith('.held'));
  const subjects = [...new Set(held.map(({ subject = `licence:${licenceId}` }) => subject))];
  return (
    <Panel title={words.title}>
      {subjects.length === 0 ? <Empty>{words.none}</Empty> : <p className="licence__lead">{words.lead}</p>}
      {subjects.map((subject) => (
        <HoldsOn key={subject} subject={subject} />
      ))}
    </Panel>
  );
}

function HoldsOn({ subject }: { readonly subject: string }) {
  const { holds: words } = useWords(licenceWords);
  const list = useList('listLatches', { query: { openOn: subject } }, { live: ['hold'] });
  return (
    <Shown read={{ ...list, data: list.rows }}>
      {(holds) => (
        <ul className="holds">
          {holds.map(({ id, code, sentence, since, sessionId }) => (
            <li key={id} className="holds__hold">
              <div>
                <p className="licence__codes">
                  <Told text={code} mono />
                  <SubjectLink subject={subject} />
                </p>
                <p>
                  <Told text={sentence} most={2000} />
                </p>
                <p className="licence__codes">
                  <span>
                    {words.since} <Instant at={since} />
                  </span>
                  {sessionId !== null && (
                    <span>
                      {words.evidence} <Told text={sessionId} mono />
                    </span>
                  )}
                </p>
              </div>
              <ClearHold id={id} subject={subject} />
            </li>
          ))}
        </ul>
      )}
    </Shown>
  );
}

function ClearHold({ id, subject }: { readonly id: string; readonly subject: string }) {
  const { holds: words } = useWords(licenceWords);
  const { session, may } = useSession();
  if (session.readsOnly || !may('latches:clear')) return null;
  return (
    <ReasonDialog
      label={words.clear}
      explanation={<Told text={words.clearWhat(toldText(subject))} most={600} />}
      operation="clearLatch"
      asked={(reason) => ({ params: { latchId: id }, body: { reason } })}
      touches={['hold', 'licence', 'grant', 'host', 'device']}
      done={words.cleared}
    />
  );
}
