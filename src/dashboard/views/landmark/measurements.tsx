import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Answer } from '../../api/call.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { landmarksWords } from '../landmarks/words.ts';

type Row = Answer<'listLandmarkMeasurements'>['items'][number];

const WORST_FIRST = { column: 'verdict', descending: true };

/** What it measured of others and others of it: whoever answers faster than light allows contradicts whoever measured it. */
export function Measurements({
  landmarkId,
  measured,
}: {
  readonly landmarkId: string;
  readonly measured: readonly Row[];
}) {
  const words = useWords(landmarksWords);
  const columns = useColumns(landmarkId);
  return (
    <Panel title={words.mesh} aside={words.meshNote}>
      <LocalTable
        label={words.mesh}
        columns={columns}
        rows={measured}
        nothing={words.noMesh}
        rowId={({ from, to, at }) => `${from} ${to} ${at}`}
        firstSort={WORST_FIRST}
      />
    </Panel>
  );
}

function useColumns(landmarkId: string): readonly Column<Row>[] {
  const words = useWords(landmarksWords);
  const formats = useFormats();
  return useMemo(() => {
    const kilometres = (meters: number): string => `${formats.number(Math.round(meters / 1000))} km`;
    const otherOf = ({ from, to }: Row): string => (from === landmarkId ? to : from);
    return [
      {
        id: 'other',
        header: words.other,
        least: 140,
        key: otherOf,
        cell: (row) => (
          <Link href={`/landmarks/${encodeURIComponent(otherOf(row))}`}>
            <Told text={otherOf(row)} />
          </Link>
        ),
      },
      {
        id: 'direction',
        header: words.direction,
        least: 130,
        key: ({ from }) => (from === landmarkId ? words.byIt : words.ofIt),
        cell: ({ from }) => <span>{from === landmarkId ? words.byIt : words.ofIt}</span>,
      },
      {
        id: 'verdict',
        header: words.verdict,
        least: 190,
        key: ({ contradicts }) => (contradicts ? 1 : 0),
        text: ({ contradicts }) => (contradicts ? words.tooFast : words.possible),
        cell: ({ contradicts }) => (
          <Status tone={contradicts ? 'bad' : 'good'}>{contradicts ? words.tooFast : words.possible}</Status>
        ),
      },
      {
        id: 'rtt',
        header: words.rtt,
        numeric: true,
        least: 110,
        key: ({ minRttNanos }) => minRttNanos,
        cell: ({ minRttNanos }) => <span>{(minRttNanos / 1e6).toFixed(3)} ms</span>,
      },
      {
        id: 'reach',
        header: words.reach,
        numeric: true,
        least: 120,
        key: ({ reachMeters }) => reachMeters,
        cell: ({ reachMeters }) => <span>{kilometres(reachMeters)}</span>,
      },
      {
        id: 'distance',
        header: words.distance,
        numeric: true,
        least: 120,
        key: ({ distanceMeters }) => distanceMeters,
        cell: ({ distanceMeters }) => <span>{kilometres(distanceMeters)}</span>,
      },
      {
        id: 'at',
        header: words.at,
        least: 140,
        key: ({ at }) => at,
        cell: ({ at }) => <Instant at={at} relative />,
      },
    ];
  }, [words, formats, landmarkId]);
}
