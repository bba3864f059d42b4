import { useMemo } from 'react';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant, useNow } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { type Column, IDENTIFIER_PX, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { RevokeGrant } from './revoke-grant.tsx';
import { licenceWords } from './words.ts';

type Row = Item<'listGrants'>;
const TONES: { readonly [S in Row['status']]: Tone } = { valid: 'good', suspended: 'bad', invalid: 'idle' };

/** What was granted under a licence, to which host, until when, and by which decision. */
export function Grants({ licenceId }: { readonly licenceId: string }) {
  const { grants: words } = useWords(licenceWords);
  const list = usePages(
    'listGrants',
    { query: { licenceId, limit: 100 } },
    { live: ['grant', 'licence', 'hold'] },
  );
  const columns = useColumns();
  return (
    <Panel title={words.title}>
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ grantId }) => grantId}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { grants: words } = useWords(licenceWords);
  const formats = useFormats();
  const { session, may } = useSession();
  const revokes = may('grants:revoke') && !session.readsOnly;
  return useMemo(
    () => [
      {
        id: 'grantId',
        header: words.id,
        least: IDENTIFIER_PX,
        cell: ({ grantId }) => <Told text={grantId} mono />,
      },
      { id: 'status', header: words.status, least: 110, cell: (row) => <GrantState row={row} /> },
      {
        id: 'hostId',
        header: words.host,
        least: IDENTIFIER_PX,
        cell: ({ hostId }) => <SubjectLink subject={`host:${hostId}`} bare />,
      },
      {
        id: 'devices',
        header: words.devices,
        numeric: true,
        cell: ({ devices }) => formats.number(devices.length),
      },
      {
        id: 'issuedAt',
        header: words.issued,
        least: 200,
        cell: ({ issuedAt }) => <Instant at={issuedAt} />,
      },
      {
        id: 'expiresAt',
        header: words.expires,
        least: 140,
        cell: ({ expiresAt }) => <Instant at={expiresAt} relative />,
      },
      {
        id: 'decisionId',
        header: words.decision,
        least: IDENTIFIER_PX,
        cell: ({ decisionId }) => <SubjectLink subject={`decision:${decisionId}`} bare />,
      },
      ...(revokes ? [{ id: 'act', header: words.act, cell: (row: Row) => <RevokeGrant grant={row} /> }] : []),
    ],
    [words, formats, revokes],
  );
}

/** A grant that has ended is good for nothing, whatever its place in the status list says. */
function GrantState({ row: { status, expiresAt } }: { readonly row: Row }) {
  const { grants: words } = useWords(licenceWords);
  const ended = Date.parse(expiresAt) <= useNow().getTime();
  if (ended) return <Status tone="idle">{words.ended}</Status>;
  return <Status tone={TONES[status]}>{words.statuses[status]}</Status>;
}
