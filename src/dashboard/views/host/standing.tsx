import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Instant, When } from '../../parts/instant.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ReasonList } from '../../parts/reason-list.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { Holds } from './holds.tsx';
import { hostWords } from './words.ts';

type Host = Answer<'getHost'>;
type Standing = Answer<'getHostStatus'>;

/** What the host proves now, what is held against it, and what its newest submission lacked. */
export function Standing({ host }: { readonly host: Host }) {
  const words = useWords(hostWords);
  const read = useRead('getHostStatus', { params: { hostId: host.id } }, { live: ['host', 'hold', 'chip'] });
  return (
    <Shown read={read}>
      {(status) => (
        <div className="host__column">
          <Panel title={words.standing}>
            <HostFacts host={host} status={status} />
          </Panel>
          <Holds latches={status.latches} />
          <Panel title={words.why}>
            <Why status={status} />
          </Panel>
        </div>
      )}
    </Shown>
  );
}

function HostFacts({ host, status }: { readonly host: Host; readonly status: Standing }) {
  const words = useWords(hostWords);
  const formats = useFormats();
  return (
    <Facts>
      <Fact name={words.level}>
        {host.suspendedAt === null ? (
          <LevelBadge level={status.label} />
        ) : (
          <>
            <Status tone="bad">{words.suspended}</Status> <Instant at={host.suspendedAt} />{' '}
            <Told text={host.suspendedReason} most={500} />
          </>
        )}
      </Fact>
      <Fact name={words.evidence}>
        <When at={status.evidenceIssuedAt} />
      </Fact>
      <Fact name={words.nextDue}>
        <When at={status.nextAttestationDue} />
      </Fact>
      <Fact name={words.facility}>
        <SubjectLink subject={`facility:${host.facilityId}`} bare />
      </Fact>
      <Fact name={words.tenant}>
        <Told text={host.tenant} />
      </Fact>
      <Fact name={words.enrolled}>
        <Instant at={host.enrolledAt} />
      </Fact>
      <Fact name={words.by}>
        <Told text={host.tee ?? host.kind} mono />
      </Fact>
      {host.failures > 0 && <Fact name={words.failures}>{formats.number(host.failures)}</Fact>}
    </Facts>
  );
}

function Why({ status: { lastSession } }: { readonly status: Standing }) {
  const words = useWords(hostWords);
  if (lastSession === null) return <Empty>{words.neverSubmitted}</Empty>;
  if (lastSession.reasons.length === 0) return <Empty>{words.noWhy}</Empty>;
  return <ReasonList reasons={lastSession.reasons} of="appraisal" />;
}
