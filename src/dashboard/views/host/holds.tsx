import type { Answer } from '../../api/call.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Empty } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { hostWords } from './words.ts';

/** What is held for review and how whoever may clears it. */
export function Holds({ latches }: { readonly latches: Answer<'getHostStatus'>['latches'] }) {
  const words = useWords(hostWords);
  const { session, may } = useSession();
  const mayClear = may('latches:clear') && !session.readsOnly;
  return (
    <Panel title={words.holds}>
      {latches.length === 0 ? (
        <Empty>{words.noHolds}</Empty>
      ) : (
        <ul className="reasons">
          {latches.map(({ id, code, sentence, since, subject }) => (
            <li key={id} className="reasons__reason">
              <p className="reasons__head">
                <Status tone="bad">
                  <Told text={code} mono />
                </Status>
                <SubjectLink subject={subject} />
                <span>
                  {words.since} <Instant at={since} />
                </span>
              </p>
              <p className="reasons__sentence">
                <Told text={sentence} most={2000} />
              </p>
              {mayClear ? (
                <ReasonDialog
                  label={words.clear}
                  explanation={words.clearExplained}
                  operation="clearLatch"
                  asked={(reason) => ({ params: { latchId: id }, body: { reason } })}
                  touches={['hold', 'host', 'device', 'licence']}
                  done={words.cleared}
                />
              ) : (
                <p className="reasons__mend">{words.heldNow}</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
