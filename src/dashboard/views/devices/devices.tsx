import { useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { useTotal } from '../../api/total.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Choice } from './choice.tsx';
import { DeviceState } from './device-state.tsx';
import { devicesWords } from './words.ts';

type Row = Item<'listDevices'>;

/** The register of devices as the person may see it: found by serial number, model, kind and state. */
export default function Devices() {
  const words = useWords(devicesWords);
  const { session, may } = useSession();
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<Row['kind']>();
  const [notedState, setNotedState] = useState<Row['notedState']>();
  const sought = useDeferredValue(search.trim());
  const filter = {
    ...(sought === '' ? {} : { search: sought }),
    ...(kind === undefined ? {} : { kind }),
    ...(notedState === undefined ? {} : { notedState }),
  };
  const list = usePages('listDevices', { query: { limit: 100, ...filter } }, { live: ['device'] });
  const total = useTotal('listDevices', filter, list, { live: ['device'] });
  const columns = useColumns();
  const mayImport = may('devices:write') && !session.readsOnly;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        mayImport && (
          <Link href="/devices/import" className="button button--main">
            {words.toImport}
          </Link>
        )
      }
    >
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        total={total}
        nothing={Object.keys(filter).length === 0 ? words.nothing : undefined}
        rowId={({ id }) => id}
        href={({ id }) => `/devices/${encodeURIComponent(id)}`}
        search={search}
        onSearch={setSearch}
      >
        <Choice label={words.kind} names={words.kinds} value={kind} onChoose={setKind} />
        <Choice label={words.state} names={words.states} value={notedState} onChoose={setNotedState} />
      </PagedTable>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(devicesWords);
  return useMemo(
    () => [
      {
        id: 'serial',
        header: words.serial,
        least: 150,
        cell: ({ serial }) => <Told text={serial} mono />,
      },
      { id: 'model', header: words.model, least: 150, cell: ({ model }) => <Told text={model} /> },
      { id: 'kind', header: words.kind, least: 130, cell: ({ kind }) => words.kinds[kind] },
      {
        id: 'notedState',
        header: words.state,
        least: 140,
        cell: ({ notedState }) => <DeviceState state={notedState} />,
      },
      { id: 'tenant', header: words.owner, cell: ({ tenant }) => <Told text={tenant} /> },
      {
        id: 'facilityId',
        header: words.facility,
        least: 220,
        cell: ({ facilityId }) => <Told text={facilityId} mono />,
      },
      {
        id: 'changedAt',
        header: words.changedAt,
        least: 130,
        cell: ({ changedAt }) => <Instant at={changedAt} relative />,
      },
      {
        id: 'partyId',
        header: words.party,
        least: 220,
        hidden: true,
        cell: ({ partyId }) => <Told text={partyId} mono />,
      },
      { id: 'id', header: words.device, least: 220, hidden: true, cell: ({ id }) => <Told text={id} mono /> },
      {
        id: 'identity',
        header: words.identity,
        least: 220,
        hidden: true,
        cell: ({ identity }) => <Told text={identity?.sha256} mono />,
      },
    ],
    [words],
  );
}
