import { useDeferredValue, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Answer, Asked } from '../../api/call.ts';
import { usePages } from '../../api/pages.ts';
import { useTotal } from '../../api/total.ts';
import { Page } from '../../app/page.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Instant } from '../../parts/instant.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { type Column, PagedTable, type Sort } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { HOST_STATES, type HostState, HostStateStatus } from './host-state.tsx';
import { hostsWords } from './words.ts';

type Row = Answer<'listHosts'>['items'][number];
type Query = NonNullable<Asked<'listHosts'>['query']>;

const LEVELS = ['G0', 'G1', 'G2-tpm', 'G2-tee', 'G3', 'G4'] as const;
const PAGE = 200;

/** Every host that the person may see: the verifier sorts, filters and counts, 200 at a time. */
export default function Hosts() {
  const words = useWords(hostsWords);
  // The filters stand in the address, so that a list can be linked to.
  const [asked, setAsked] = useSearchParams();
  const [sort, setSort] = useState<Sort | null>(null);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const filter: Query = {
    ...oneOf('state', HOST_STATES, asked.get('state')),
    ...oneOf('level', LEVELS, asked.get('level')),
    ...(wanted.trim() === '' ? {} : { search: wanted.trim() }),
  };
  const order =
    sort === null ? {} : { sort: `${sort.descending ? '-' : ''}${sort.column}` as Query['sort'] & string }; // columns that sort are named as the verifier names them
  const list = usePages(
    'listHosts',
    { query: { limit: PAGE, ...filter, ...order } },
    { live: ['host', 'hold'] },
  );
  const total = useTotal('listHosts', filter, list, { live: ['host'] });
  const choose = (name: string, value: string | null): void =>
    setAsked((before) => {
      const next = new URLSearchParams(before);
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  return (
    <Page title={words.title} lead={words.lead}>
      <PagedTable
        label={words.title}
        columns={useColumns()}
        list={list}
        total={total}
        nothing={Object.keys(filter).length === 0 ? words.nothing : undefined}
        rowId={(row: Row) => row.id}
        href={(row: Row) => `/hosts/${row.id}`}
        sort={sort}
        onSort={setSort}
        search={search}
        onSearch={setSearch}
      >
        <Choice
          label={words.state}
          any={words.any}
          value={filter.state ?? null}
          choices={HOST_STATES.map((id) => ({ id, label: words.states[id] }))}
          onChoose={(value) => choose('state', value)}
        />
        <Choice
          label={words.level}
          any={words.any}
          value={filter.level ?? null}
          choices={LEVELS.map((id) => ({ id, label: id }))}
          onChoose={(value) => choose('level', value)}
        />
      </PagedTable>
    </Page>
  );
}

function oneOf<N extends string, V extends string>(
  name: N,
  values: readonly V[],
  value: string | null,
): { readonly [K in N]?: V } {
  const known = values.find((each) => each === value);
  return (known === undefined ? {} : { [name]: known }) as { readonly [K in N]?: V }; // the one member
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(hostsWords);
  return useMemo(
    () => [
      {
        id: 'hostname',
        header: words.hostname,
        key: (row) => row.hostname,
        cell: (row) => <Told text={row.hostname ?? row.id} />,
        share: 1.4,
        least: 140,
      },
      {
        id: 'state',
        header: words.state,
        cell: (row) => <HostStateStatus state={row.state satisfies HostState} />,
        least: 170,
      },
      {
        id: 'level',
        header: words.level,
        cell: (row) =>
          row.level === null ? <span className="none">–</span> : <LevelBadge level={row.level} />,
        least: 110,
      },
      {
        id: 'facilityId',
        header: words.facility,
        cell: (row) => <Told text={row.facilityId} mono />,
        least: 130,
      },
      {
        id: 'evidence',
        header: words.evidence,
        key: (row) => row.lastSubmission?.evidenceIssuedAt ?? null,
        cell: (row) => <Instant at={row.lastSubmission?.evidenceIssuedAt ?? null} relative />,
        least: 130,
      },
      {
        id: 'why',
        header: words.why,
        cell: (row) => (
          <Told
            text={
              row.suspendedReason ?? row.lastSubmission?.reasons.map(({ sentence }) => sentence).join(' ')
            }
          />
        ),
        share: 2,
        least: 180,
      },
      {
        id: 'kind',
        header: words.kind,
        cell: (row) => <Told text={row.tee ?? row.kind} mono />,
        hidden: true,
      },
      { id: 'tenant', header: words.tenant, cell: (row) => <Told text={row.tenant} />, hidden: true },
    ],
    [words],
  );
}
