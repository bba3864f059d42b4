import { type ReactNode, useDeferredValue, useState } from 'react';
import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import { Empty } from '../state.tsx';
import { type Column, nextSort, type Sort } from './column.ts';
import { Grid, type GridProps } from './grid.tsx';
import { Toolbar } from './toolbar.tsx';
import { useLocalRows } from './use-local-rows.ts';
import { useShownColumns } from './use-shown-columns.ts';

export type LocalTableProps<Row> = Pick<GridProps<Row>, 'label' | 'rowId' | 'href'> & {
  readonly columns: readonly Column<Row>[];
  /** All of them: the same array until they change. */
  readonly rows: readonly Row[];
  readonly firstSort?: Sort;
  /** What would stand here and how it comes to be, for where there is nothing that was filtered. */
  readonly nothing?: string | undefined;
  /** Filters of the view's own, beside the search. */
  readonly children?: ReactNode;
};

/** A table of rows that are all here: sorted and searched in the browser, up to 100,000 of them. */
export function LocalTable<Row>({
  columns,
  rows,
  firstSort,
  nothing,
  children,
  ...grid
}: LocalTableProps<Row>) {
  const { table } = useWords(shellWords);
  const [sort, setSort] = useState<Sort | null>(firstSort ?? null);
  const [search, setSearch] = useState('');
  const { shown, setShown, visible } = useShownColumns(columns);
  const found = useLocalRows(rows, columns, sort, useDeferredValue(search));
  return (
    <div className="table">
      <Toolbar
        summary={table.rows(found.count, rows.length)}
        {...{ columns, shown, search }}
        onShown={setShown}
        onSearch={setSearch}
      >
        {children}
      </Toolbar>
      <Grid
        {...grid}
        columns={visible}
        count={found.count}
        at={found.at}
        sort={sort}
        onSort={(column) => setSort(nextSort(sort, column))}
        empty={<Empty>{rows.length === 0 ? nothing : table.none}</Empty>}
      />
    </div>
  );
}
