import { useMemo } from 'react';
import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Shown } from '../../parts/state.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import { AddPerson } from './add-person.tsx';
import { peopleWords } from './words.ts';

type Row = Item<'listPrincipals'>;

const BY_NAME = { column: 'name', descending: false };

/** Everybody who may hold tokens, and a form that adds somebody. */
export default function People() {
  const words = useWords(peopleWords);
  const { session, may } = useSession();
  const read = useAll('listPrincipals', {}, { live: ['principal'] });
  const columns = useColumns();
  return (
    <Page title={words.title} lead={words.lead}>
      <div className="stack">
        <Shown read={read}>
          {(rows) => (
            <LocalTable
              label={words.title}
              columns={columns}
              rows={rows}
              rowId={({ id }) => id}
              href={({ id }) => `/principals/${encodeURIComponent(id)}`}
              firstSort={BY_NAME}
            />
          )}
        </Shown>
        {may('principals:write') && !session.readsOnly && <AddPerson />}
      </div>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(peopleWords);
  const { roles } = useWords(shellWords);
  return useMemo(
    () => [
      {
        id: 'name',
        header: words.columns.name,
        share: 2,
        least: 180,
        key: ({ name }) => name,
        cell: ({ name }) => <Told text={name} />,
      },
      {
        id: 'role',
        header: words.columns.role,
        least: 165,
        key: ({ role }) => roles[role],
        cell: ({ role }) => <span>{roles[role]}</span>,
      },
      {
        id: 'tenant',
        header: words.columns.tenant,
        least: 130,
        key: ({ tenant }) => tenant,
        cell: ({ tenant }) => <Told text={tenant} />,
      },
      {
        id: 'state',
        header: words.columns.state,
        least: 110,
        key: ({ disabledAt }) => (disabledAt === null ? words.active : words.disabled),
        cell: ({ disabledAt }) => <PersonState disabledAt={disabledAt} />,
      },
      {
        id: 'createdAt',
        header: words.columns.createdAt,
        least: 215,
        key: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <Instant at={createdAt} />,
      },
      {
        id: 'id',
        header: words.columns.id,
        least: 260,
        key: ({ id }) => id,
        cell: ({ id }) => <Told text={id} mono />,
      },
    ],
    [words, roles],
  );
}

export function PersonState({ disabledAt }: { readonly disabledAt: string | null }) {
  const words = useWords(peopleWords);
  if (disabledAt === null) return <Status tone="good">{words.active}</Status>;
  return <Status tone="idle">{words.disabled}</Status>;
}
