import { useMemo } from 'react';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { type Column, IDENTIFIER_PX, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { OutcomeState } from '../decision/outcome-state.tsx';
import { decisionWords } from '../decision/words.ts';
import { licenceWords } from './words.ts';

type Row = Item<'listDecisions'>;

/** What was decided under a licence, newest first, each with the codes of its reasons. */
export function Decisions({ licenceId }: { readonly licenceId: string }) {
  const { decisions: words } = useWords(licenceWords);
  const list = usePages(
    'listDecisions',
    { query: { licenceId, limit: 100 } },
    { live: ['decision', 'grant', 'licence'] },
  );
  const columns = useColumns();
  return (
    <Panel title={words.title}>
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ id }) => id}
        href={({ id }) => `/decisions/${encodeURIComponent(id)}`}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { decisions: words } = useWords(licenceWords);
  const { actions } = useWords(decisionWords);
  return useMemo(
    () => [
      { id: 'id', header: words.id, least: IDENTIFIER_PX, cell: ({ id }) => <Told text={id} mono /> },
      {
        id: 'outcome',
        header: words.outcome,
        share: 0.7,
        cell: ({ outcome }) => <OutcomeState outcome={outcome} />,
      },
      { id: 'at', header: words.at, least: 200, cell: ({ at }) => <Instant at={at} /> },
      { id: 'action', header: words.action, least: 130, cell: ({ action }) => actions[action] },
      {
        id: 'codes',
        header: words.codes,
        share: 2,
        least: 220,
        cell: ({ codes }) => <Told text={codes.join(', ')} most={600} mono />,
      },
    ],
    [words, actions],
  );
}
