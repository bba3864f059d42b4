import { useMemo } from 'react';
import { useRead } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Way } from '../../app/ways.tsx';
import { Instant, useNow } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Scroller } from '../../parts/scroller.tsx';
import { Empty, Shown } from '../../parts/state.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { type AuditStand, auditStandOf } from './audit-stand.ts';
import { facilityWords } from './words.ts';

const TONES: { readonly [S in AuditStand]: Tone } = {
  counts: 'good',
  tampered: 'bad',
  lapsed: 'warn',
  proposed: 'info',
  ended: 'idle',
};

/** Who looked at it, when, for how long that counts, and whether something had been touched. */
export function Audits({ facilityId }: { readonly facilityId: string }) {
  const words = useWords(facilityWords);
  const read = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  const named = `audit.${facilityId.replace('_', '.')}`;
  const audits = useMemo(
    () => read.data?.filter(({ kind, name }) => kind === 'facility-audit' && name === named).toReversed(),
    [read.data, named],
  );
  return (
    <Panel title={words.audits} aside={words.auditsNote}>
      <Shown read={{ ...read, data: audits }}>
        {(listed) =>
          listed.length === 0 ? (
            <Empty>{words.noAudits}</Empty>
          ) : (
            <Scroller label={words.audits}>
              <table className="plain-table">
                <caption className="unseen">{words.audits}</caption>
                <thead>
                  <tr>
                    {[words.auditedAt, words.state, words.validUntil, words.found, words.auditor].map(
                      (name) => (
                        <th key={name} scope="col">
                          {name}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {listed.map(({ id }) => (
                    <AuditRow key={id} id={id} />
                  ))}
                </tbody>
              </table>
            </Scroller>
          )
        }
      </Shown>
    </Panel>
  );
}

function AuditRow({ id }: { readonly id: string }) {
  const words = useWords(facilityWords);
  const now = useNow();
  const { data } = useRead('getTrustInput', { params: { trustInputId: id } }, { live: ['trust-input'] });
  if (data === undefined) return null;
  const { auditedAt, validUntil, summary, auditor } = data.content;
  const stand = auditStandOf(data, now);
  return (
    <tr>
      <td>
        <Way to={`/audits/${encodeURIComponent(id)}`}>
          <Instant at={textOf(auditedAt)} />
        </Way>
      </td>
      <td>
        <Status tone={TONES[stand]}>{words.auditStands[stand]}</Status>
      </td>
      <td>
        <Instant at={textOf(validUntil)} relative />
      </td>
      <td>
        <Told text={textOf(summary)} most={2000} />
      </td>
      <td>
        <Told text={textOf(auditor)} mono />
      </td>
    </tr>
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
