import { useRead } from '../../api/read.ts';
import { useReadAgainAt } from '../../api/read-again.ts';
import { Instant, When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { ReasonList } from '../../parts/reason-list.tsx';
import { ReasonText } from '../../parts/reason-text.tsx';
import { type ReadState, Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { Licence, LicenceStatus } from './types.ts';
import { licenceWords } from './words.ts';

type StandingProps = { readonly licence: Licence; readonly status: ReadState<LicenceStatus> };

/** What a decision would say now, until when, what would suspend the licence, and every reason against it. */
export function Standing({ licence, status }: StandingProps) {
  const { standing: words } = useWords(licenceWords);
  const { may } = useSession();
  const { validUntil = null, suspendsAt = null } = status.data ?? {};
  useReadAgainAt([validUntil, suspendsAt], status.refetch);
  return (
    <Panel title={words.title}>
      {may('status:read') ? (
        <Shown read={status}>{(now) => <Outcome now={now} />}</Shown>
      ) : (
        <p>{words.noRights}</p>
      )}
      <Facts>
        {licence.status === 'active' && status.data !== undefined && <WhatEnds now={status.data} />}
        {licence.status === 'suspended' && licence.cause !== null && (
          <Fact name={words.suspendedBy}>
            <Cause cause={licence.cause} />
          </Fact>
        )}
        {may('log:read') && <LastRuling leafIndex={licence.leafIndex} />}
      </Facts>
      {status.data !== undefined && status.data.reasons.length > 0 && (
        <>
          <h3>{words.reasons}</h3>
          <ReasonList reasons={status.data.reasons} of="decision" />
        </>
      )}
    </Panel>
  );
}

function Outcome({ now }: { readonly now: LicenceStatus }) {
  const { standing: words } = useWords(licenceWords);
  const allows = now.outcome === 'allow';
  return (
    <p className="licence__outcome" role="status">
      <Status tone={allows ? 'good' : 'bad'}>{allows ? words.allow : words.deny}</Status>
      <span>{words.allowed(now.devices.allowed, now.devices.named)}</span>
    </p>
  );
}

function WhatEnds({ now: { validUntil, suspendsAt, cause } }: { readonly now: LicenceStatus }) {
  const { standing: words } = useWords(licenceWords);
  return (
    <>
      {validUntil !== null && (
        <Fact name={words.validUntil}>
          <When at={validUntil} />
        </Fact>
      )}
      <Fact name={words.suspendsAt}>{suspendsAt === null ? words.never : <When at={suspendsAt} />}</Fact>
      {cause !== null && (
        <Fact name={words.cause}>
          <Cause cause={cause} />
        </Fact>
      )}
    </>
  );
}

function Cause({ cause: { code, subject, sentence } }: { readonly cause: NonNullable<Licence['cause']> }) {
  return (
    <>
      <ReasonText code={code} sentence={sentence} of="decision" />
      <span className="licence__codes">
        <Told text={code} mono />
        {subject !== undefined && <SubjectLink subject={subject} />}
      </span>
    </>
  );
}

/** Who granted, suspended, reinstated or revoked it last, and why, as the log has it. */
function LastRuling({ leafIndex }: { readonly leafIndex: number }) {
  const { standing: words } = useWords(licenceWords);
  const { data } = useRead('getReceipt', { params: { leafIndex } });
  const body = data?.act['body'];
  if (typeof body !== 'object' || body === null || !('reason' in body)) return null;
  const by = 'by' in body ? String(body.by) : '';
  return (
    <Fact name={words.ruled}>
      <Told text={String(body.reason)} most={2000} />
      <span className="licence__codes">
        {by === 'verifier' ? words.verifier : <Told text={words.by(by)} />}
        <Instant at={String(data?.act['at'] ?? '')} />
      </span>
    </Fact>
  );
}
