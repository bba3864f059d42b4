import '../../../src/dashboard/styles/page.css';
import { createRoot } from 'react-dom/client';
import { Instant } from '../../../src/dashboard/parts/instant.tsx';
import { LevelBadge } from '../../../src/dashboard/parts/level-badge.tsx';
import { type Column, LocalTable } from '../../../src/dashboard/parts/table/index.ts';
import { Told } from '../../../src/dashboard/parts/told.tsx';
import { LanguageProvider } from '../../../src/dashboard/words/language.tsx';
import { HOSTILE } from '../hostile.ts';

/** A page of the table alone, with as many rows as its address asks for; the first of them have hostile names. */
type Row = { readonly id: string; readonly name: string; readonly level: string; readonly at: string };

const ROWS = Number(new URLSearchParams(location.search).get('rows') ?? 1_000);
const hostile = Object.values(HOSTILE);

const rows: readonly Row[] = Array.from({ length: ROWS }, (_, index) => ({
  id: `hst_${((index * 7_919) % 100_003).toString(36).padStart(26, '0')}`,
  name: hostile[index] ?? `node-${(index * 31_337) % 99_991}`,
  level: `G${index % 5}`,
  at: new Date(1.7e12 + (((index + 7) * 104_729) % 99_991) * 1e6).toISOString(),
}));

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', key: (row) => row.name, cell: (row) => <Told text={row.name} />, share: 2 },
  {
    id: 'id',
    header: 'Identifier',
    key: (row) => row.id,
    cell: (row) => <Told text={row.id} mono />,
    hidden: true,
  },
  { id: 'level', header: 'Level', key: (row) => row.level, cell: (row) => <LevelBadge level={row.level} /> },
  { id: 'at', header: 'Evidence', key: (row) => row.at, cell: (row) => <Instant at={row.at} />, least: 190 },
];

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no place for the page');
createRoot(place).render(
  <LanguageProvider>
    <main className="page content">
      <h1>Parts</h1>
      <LocalTable
        label="Hosts"
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        href={(row) => `/hosts/${row.id}`}
      />
    </main>
  </LanguageProvider>,
);
