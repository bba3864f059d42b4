import { Link, useParams } from 'wouter';
import type { FacilityAuditContent } from '../../../protocol/facility-audit.ts';
import { useRead } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { NotFound } from '../../app/not-found.tsx';
import { Page } from '../../app/page.tsx';
import { Instant, When } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { SaveButton } from '../../parts/save-button.tsx';
import { Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { Who } from '../../parts/who.tsx';
import { useWords } from '../../words/language.tsx';
import { About } from '../trust/about.tsx';
import { Actions } from '../trust/actions.tsx';
import { trustWords } from '../trust/words.ts';
import { AuditStatus } from './audit-state.tsx';
import { useFacilityNames } from './facility-names.ts';
import { auditWords } from './words.ts';

/** One audit of a facility: what was found, whether it counts, and who approved it. */
export default function AuditPage() {
  const { auditId = '' } = useParams();
  const words = useWords(auditWords);
  const { save } = useWords(trustWords);
  const nameOf = useFacilityNames();
  const read = useRead('getTrustInput', { params: { trustInputId: auditId } }, { live: ['trust-input'] });
  const input = read.data;
  if (input !== undefined && input.kind !== 'facility-audit') return <NotFound />;
  const content = input?.content as FacilityAuditContent | undefined; // of this kind
  const title = words.one(content === undefined ? auditId : nameOf(content.facilityId));
  return (
    <Page
      title={toldText(title)}
      heading={
        <span className="titled">
          <Told text={title} />{' '}
          {input !== undefined && content !== undefined && (
            <AuditStatus audit={{ state: input.state, content }} />
          )}
        </span>
      }
      lead={words.oneLead}
      actions={
        input !== undefined && (
          <>
            <Actions input={input} />
            <SaveButton label={save} name={`audit-${toldText(auditId)}.json`} content={input} />
          </>
        )
      }
    >
      <Shown read={{ ...read, data: content }}>
        {(found) => (
          <div className="stack">
            <Findings found={found} />
            {input !== undefined && <About input={input} />}
            <Others facilityId={found.facilityId} except={auditId} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Findings({ found }: { readonly found: FacilityAuditContent }) {
  const words = useWords(auditWords);
  return (
    <Panel title={words.findings}>
      <p>
        <Told text={found.summary} most={2000} />
      </p>
      <Facts>
        <Fact name={words.tampering}>
          <Status tone={found.tamperSignal ? 'bad' : 'good'}>
            {found.tamperSignal ? words.tamperYes : words.tamperNo}
          </Status>
        </Fact>
        <Fact name={words.columns.facility}>
          <SubjectLink subject={`facility:${found.facilityId}`} bare />
        </Fact>
        <Fact name={words.columns.auditedAt}>
          <Instant at={found.auditedAt} />
        </Fact>
        <Fact name={words.columns.validUntil}>
          <When at={found.validUntil} />
        </Fact>
        <Fact name={words.columns.auditor}>
          <Who id={found.auditor} />
        </Fact>
        <Fact name={words.auditorParty}>
          {found.auditorParty == null ? (
            <Status tone="warn">{words.noParty}</Status>
          ) : (
            <SubjectLink subject={`party:${found.auditorParty}`} bare />
          )}
        </Fact>
        <Fact name={words.reportSha256}>
          <Told text={found.reportSha256} mono />
        </Fact>
      </Facts>
    </Panel>
  );
}

function Others({ facilityId, except }: { readonly facilityId: string; readonly except: string }) {
  const words = useWords(auditWords);
  const read = useAll('listFacilityAudits', { query: { facilityId } }, { live: ['trust-input'] });
  return (
    <Panel title={words.others}>
      <Shown read={read}>
        {(all) => {
          const others = all.filter(({ id }) => id !== except).toReversed();
          if (others.length === 0) return <p>{words.noOthers}</p>;
          return (
            <ul className="plain-list">
              {others.map((audit) => (
                <li key={audit.id}>
                  <Link href={`/audits/${encodeURIComponent(audit.id)}`}>
                    <Instant at={audit.content.auditedAt} />
                  </Link>{' '}
                  <AuditStatus audit={audit} />
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </Panel>
  );
}
