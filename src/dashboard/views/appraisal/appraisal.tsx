import { Link, useParams } from 'wouter';
import type { Answer } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { useRead } from '../../api/read.ts';
import { NotFound } from '../../app/not-found.tsx';
import { Page } from '../../app/page.tsx';
import { CheckList } from '../../parts/check-list.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/print-button.tsx';
import { ReasonList } from '../../parts/reason-list.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { AppraisedDevices } from './devices.tsx';
import { EvidencePanel } from './evidence.tsx';
import { References } from './references.tsx';
import { appraisalWords } from './words.ts';

type Session = Answer<'getSession'>;
export type Appraisal = NonNullable<Session['answer']>['appraisal'];

const TONES: { readonly [outcome: string]: Tone } = { accepted: 'good', refused: 'bad', expired: 'bad' };

/** One challenge and what came of it: reasons first, then what was proven of each device, then every check. */
export default function AppraisalPage() {
  const { sessionId = '' } = useParams();
  const words = useWords(appraisalWords);
  const read = useRead('getSession', { params: { sessionId } });
  if (read.error instanceof Problem && [400, 404].includes(read.error.body.status)) return <NotFound />;
  return (
    <Page title={words.title} lead={words.lead} actions={<PrintButton />}>
      <Shown read={read}>
        {(session) => (
          <>
            <Summary session={session} />
            {session.answer === null ? (
              <p className="note note--warn">{words.unanswered}</p>
            ) : (
              <Judged session={session} appraisal={session.answer.appraisal} />
            )}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Summary({ session }: { readonly session: Session }) {
  const words = useWords(appraisalWords);
  const formats = useFormats();
  const { answer, hostId, issuedAt, leafIndex, state } = session;
  const outcome = answer?.appraisal.outcome ?? (state === 'open' ? 'open' : 'expired');
  return (
    <Panel title={words.outcome}>
      <Facts>
        <Fact name={words.outcome}>
          <Status tone={TONES[outcome] ?? 'idle'}>{words.outcomes[outcome]}</Status>
        </Fact>
        <Fact name={words.host}>
          <SubjectLink subject={`host:${hostId}`} bare />
        </Fact>
        <Fact name={words.issued}>
          <Instant at={issuedAt} />
        </Fact>
        {answer !== null && (
          <>
            <Fact name={words.judged}>
              <Instant at={answer.appraisal.at} />
            </Fact>
            <Fact name={words.validUntil}>
              <Instant at={answer.appraisal.validUntil} />
            </Fact>
          </>
        )}
        {leafIndex !== null && (
          <Fact name={words.leaf}>
            <Link href={`/log/${leafIndex}`}>{formats.number(leafIndex)}</Link>
          </Fact>
        )}
      </Facts>
      {answer?.appraisal.selfApproved === true && <p className="note note--warn">{words.selfApproved}</p>}
    </Panel>
  );
}

function Judged({ session, appraisal }: { readonly session: Session; readonly appraisal: Appraisal }) {
  const words = useWords(appraisalWords);
  const { checks, notPerformed, reasons, weaknesses, devices } = appraisal;
  const shown = [
    ...checks.map(({ where, ...check }) => ({ ...check, source: where ?? null })),
    ...notPerformed.map(({ id, reason }) => ({ id, status: 'notPerformed' as const, mend: reason })),
  ];
  const failed = checks.filter(({ status }) => status === 'fail').length;
  return (
    <>
      <Panel title={words.reasons}>
        {reasons.length === 0 ? (
          <Empty>{words.noReasons}</Empty>
        ) : (
          <ReasonList reasons={reasons} of="appraisal" />
        )}
      </Panel>
      {weaknesses.length > 0 && (
        <Panel title={words.weaknesses}>
          <ul className="reasons">
            {weaknesses.map(({ code, sentence }) => (
              <li key={code} className="reasons__reason">
                <Told text={sentence} most={1000} /> <Told text={code} mono />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <AppraisedDevices devices={devices} />
      <References sets={appraisal.referenceSets} />
      <Panel title={words.checksTitle} aside={words.checks(failed, checks.length)}>
        <CheckList checks={shown} />
      </Panel>
      <EvidencePanel sessionId={session.id} appraisal={appraisal} />
    </>
  );
}
