import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { verifierNow } from '../../api/send.ts';
import { Page } from '../../app/page.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Shown } from '../../parts/state.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { Who } from '../../parts/who.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { AuditStatus } from './audit-state.tsx';
import { useFacilityNames } from './facility-names.ts';
import { standOfAudit } from './stand.ts';
import { auditWords } from './words.ts';

type Row = Item<'listFacilityAudits'>;

const BY_END = { column: 'validUntil', descending: false };

/** Audits of facilities, the one that ends soonest first; those that ended when they are asked for. */
export default function Audits() {
  const words = useWords(auditWords);
  const { session, may } = useSession();
  const read = useAll('listFacilityAudits', {}, { live: ['trust-input'] });
  const [shown, setShown] = useState<'all' | null>(null);
  const columns = useColumns();
  const rows = useMemo(
    () =>
      shown === 'all' ? read.data : read.data?.filter((row) => standOfAudit(row, verifierNow()) !== 'ended'),
    [shown, read.data],
  );
  const mayRecord = may('facilities:audit') && !session.readsOnly;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        mayRecord && (
          <Link href="/audits/record" className="button button--main">
            {words.record}
          </Link>
        )
      }
    >
      <Shown read={{ ...read, data: rows }}>
        {(listed) => (
          <LocalTable
            label={words.title}
            columns={columns}
            rows={listed}
            nothing={words.nothing}
            rowId={({ id }) => id}
            href={({ id }) => `/audits/${encodeURIComponent(id)}`}
            firstSort={BY_END}
          >
            <Choice
              label={words.show}
              any={words.current}
              value={shown}
              choices={[{ id: 'all', label: words.all }]}
              onChoose={setShown}
            />
          </LocalTable>
        )}
      </Shown>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(auditWords);
  const nameOf = useFacilityNames();
  return useMemo(
    () => [
      {
        id: 'facility',
        header: words.columns.facility,
        share: 1.5,
        least: 180,
        key: ({ content }) => nameOf(content.facilityId),
        cell: ({ content }) => <Told text={nameOf(content.facilityId)} />,
      },
      {
        id: 'stand',
        header: words.columns.stand,
        least: 190,
        key: (row) => words.stands[standOfAudit(row, verifierNow())],
        cell: (row) => <AuditStatus audit={row} />,
      },
      {
        id: 'validUntil',
        header: words.columns.validUntil,
        least: 130,
        key: ({ content }) => content.validUntil,
        cell: ({ content }) => <Instant at={content.validUntil} relative />,
      },
      {
        id: 'auditedAt',
        header: words.columns.auditedAt,
        least: 130,
        key: ({ content }) => content.auditedAt,
        cell: ({ content }) => <Instant at={content.auditedAt} relative />,
      },
      {
        id: 'auditor',
        header: words.columns.auditor,
        least: 150,
        key: ({ content }) => content.auditor,
        cell: ({ content }) => <Who id={content.auditor} />,
      },
      {
        id: 'summary',
        header: words.columns.summary,
        share: 2,
        least: 220,
        key: ({ content }) => content.summary,
        cell: ({ content }) => <Told text={content.summary} />,
      },
    ],
    [words, nameOf],
  );
}
