import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Unread } from '../../app/unread.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Grants } from './grants.tsx';
import { Place } from './place.tsx';
import { Standing } from './standing.tsx';
import { Timeline } from './timeline.tsx';
import { hostWords } from './words.ts';
import './host.css';

const TOUCHES = ['host', 'grant', 'hold', 'decision'] as const;

/** One host: what it proves, why not more, where it is, and how it got there. */
export default function Host() {
  const { hostId = '' } = useParams();
  const words = useWords(hostWords);
  const { session, may } = useSession();
  const read = useRead('getHost', { params: { hostId } }, { live: ['host', 'hold', 'chip'] });
  if (read.data === undefined) return <Unread id={hostId} read={read} />;
  const host = read.data;
  const asked = (reason: string) => ({ params: { hostId }, body: { reason } });
  const actions =
    !may('hosts:suspend') || session.readsOnly ? undefined : host.suspendedAt === null ? (
      <ReasonDialog
        label={words.suspend}
        explanation={words.suspendExplained}
        operation="suspendHost"
        asked={asked}
        touches={TOUCHES}
        done={words.suspended}
        grave
      />
    ) : (
      <ReasonDialog
        label={words.reinstate}
        explanation={words.reinstateExplained}
        operation="reinstateHost"
        asked={asked}
        touches={TOUCHES}
        done={words.reinstated}
      />
    );
  return (
    <Page title={toldText(host.hostname ?? host.id)} lead={words.lead} actions={actions}>
      <div className="host">
        <Standing host={host} />
        <Place hostId={hostId} />
      </div>
      <Grants hostId={hostId} />
      {may('sessions:read') && <Timeline hostId={hostId} />}
    </Page>
  );
}
