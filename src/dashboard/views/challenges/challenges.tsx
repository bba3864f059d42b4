import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Page } from '../../app/page.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Shown } from '../../parts/state.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { Who } from '../../parts/who.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { OrderStatus } from './outcome-state.tsx';
import { challengeWords } from './words.ts';

type Row = Item<'listChallenges'>;

const NEWEST = { column: 'orderedAt', descending: true };

/** Every order of challenges, the newest first. */
export default function Challenges() {
  const words = useWords(challengeWords);
  const { session, may } = useSession();
  const read = useAll('listChallenges', {}, { live: ['challenge'] });
  const columns = useColumns();
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        may('challenges:order') &&
        !session.readsOnly && (
          <Link href="/challenges/order" className="button button--main">
            {words.order}
          </Link>
        )
      }
    >
      <Shown read={read}>
        {(rows) => (
          <LocalTable
            label={words.title}
            columns={columns}
            rows={rows}
            nothing={words.nothing}
            rowId={({ id }) => id}
            href={({ id }) => `/challenges/${encodeURIComponent(id)}`}
            firstSort={NEWEST}
          />
        )}
      </Shown>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(challengeWords);
  return useMemo(
    () => [
      {
        id: 'orderedAt',
        header: words.columns.orderedAt,
        least: 215,
        key: ({ orderedAt }) => orderedAt,
        cell: ({ orderedAt }) => <Instant at={orderedAt} />,
      },
      {
        id: 'state',
        header: words.columns.state,
        least: 130,
        key: ({ state }) => words.states[state],
        cell: ({ state }) => <OrderStatus state={state} />,
      },
      {
        id: 'of',
        header: words.columns.of,
        share: 1.5,
        least: 200,
        key: ({ of }) => `${of.kind}:${of.id}`,
        cell: ({ of }) => <Told text={`${of.kind}:${of.id}`} mono />,
      },
      {
        id: 'drawn',
        header: words.columns.drawn,
        least: 110,
        key: ({ wanted }) => wanted,
        cell: ({ wanted, population }) => words.of(wanted, population),
      },
      {
        id: 'deadline',
        header: words.columns.deadline,
        least: 130,
        key: ({ deadline }) => deadline,
        cell: ({ deadline }) => <Instant at={deadline} relative />,
      },
      {
        id: 'orderedBy',
        header: words.columns.orderedBy,
        least: 150,
        key: ({ orderedBy }) => orderedBy,
        cell: ({ orderedBy }) => <Who id={orderedBy} />,
      },
      {
        id: 'reason',
        header: words.columns.reason,
        share: 1.5,
        least: 180,
        key: ({ reason }) => reason,
        cell: ({ reason }) => <Told text={reason} />,
      },
    ],
    [words],
  );
}
