import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Page } from '../../app/page.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Shown } from '../../parts/state.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { Who } from '../../parts/who.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { TRUST_STATES, type TrustState, TrustStatus } from './trust-state.tsx';
import { trustWords } from './words.ts';

type Row = Item<'listTrustInputs'>;

const BY_STATE = { column: 'state', descending: false };

/** Every version of every trust input, what waits for somebody first. */
export default function TrustInputs() {
  const words = useWords(trustWords);
  const { session, may } = useSession();
  const read = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  const [state, setState] = useState<TrustState | null>(null);
  const [kind, setKind] = useState<Row['kind'] | null>(null);
  const columns = useColumns();
  const newestFirst = useMemo(() => read.data?.toReversed(), [read.data]);
  const rows = useMemo(
    () =>
      newestFirst?.filter(
        (row) => (state === null || row.state === state) && (kind === null || row.kind === kind),
      ),
    [newestFirst, state, kind],
  );
  const mayPropose = may('trust:propose', 'trust:propose-reference-set') && !session.readsOnly;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        mayPropose && (
          <Link href="/trust/propose" className="button button--main">
            {words.propose}
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
            rowId={({ id }) => id}
            href={({ id }) => `/trust/${encodeURIComponent(id)}`}
            firstSort={BY_STATE}
          >
            <Choice
              label={words.columns.state}
              any={words.anyState}
              value={state}
              choices={TRUST_STATES.map((id) => ({ id, label: words.states[id] }))}
              onChoose={setState}
            />
            <Choice
              label={words.columns.kind}
              any={words.anyKind}
              value={kind}
              choices={KINDS.map((id) => ({ id, label: words.kinds[id] }))}
              onChoose={setKind}
            />
          </LocalTable>
        )}
      </Shown>
    </Page>
  );
}

const KINDS = Object.keys(trustWords.en.kinds) as readonly Row['kind'][]; // the type checker misses none, nor takes another

function useColumns(): readonly Column<Row>[] {
  const words = useWords(trustWords);
  return useMemo(
    () => [
      {
        id: 'name',
        header: words.columns.name,
        share: 2,
        least: 200,
        key: ({ name }) => name,
        cell: ({ name }) => <Told text={name} />,
      },
      {
        id: 'version',
        header: words.columns.version,
        least: 110,
        key: ({ version }) => version,
        cell: ({ version }) => <Told text={version} />,
      },
      {
        id: 'state',
        header: words.columns.state,
        least: 130,
        key: ({ state }) => TRUST_STATES.indexOf(state),
        text: ({ state }) => words.states[state],
        cell: ({ state }) => <TrustStatus state={state} />,
      },
      {
        id: 'kind',
        header: words.columns.kind,
        share: 1.2,
        least: 210,
        key: ({ kind }) => words.kinds[kind],
        cell: ({ kind }) => <span>{words.kinds[kind]}</span>,
      },
      {
        id: 'effectiveAt',
        header: words.columns.effectiveAt,
        least: 130,
        key: ({ effectiveAt }) => effectiveAt,
        cell: ({ effectiveAt }) => <Instant at={effectiveAt} relative />,
      },
      {
        id: 'proposedAt',
        header: words.columns.proposedAt,
        least: 130,
        key: ({ proposedAt }) => proposedAt,
        cell: ({ proposedAt }) => <Instant at={proposedAt} relative />,
      },
      {
        id: 'proposedBy',
        header: words.columns.proposedBy,
        least: 160,
        key: ({ proposedBy }) => proposedBy,
        cell: ({ proposedBy }) => <Who id={proposedBy} />,
      },
      {
        id: 'approvedBy',
        header: words.columns.approvedBy,
        least: 160,
        key: ({ approvedBy }) => approvedBy,
        cell: ({ approvedBy }) => <Who id={approvedBy} />,
      },
      {
        id: 'endedAt',
        header: words.columns.endedAt,
        least: 130,
        hidden: true,
        key: ({ endedAt }) => endedAt,
        cell: ({ endedAt }) => <Instant at={endedAt} relative />,
      },
      {
        id: 'digest',
        header: words.columns.digest,
        least: 200,
        hidden: true,
        key: ({ digest }) => digest,
        cell: ({ digest }) => <Told text={digest} mono />,
      },
    ],
    [words],
  );
}
