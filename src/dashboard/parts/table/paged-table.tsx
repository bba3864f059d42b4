import type { ReactNode } from 'react';
import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import { Empty, Loading, ProblemNote } from '../state.tsx';
import { type Column, nextSort, type Sort } from './column.ts';
import { Grid, type GridProps } from './grid.tsx';
import { Toolbar } from './toolbar.tsx';
import { useShownColumns } from './use-shown-columns.ts';

export type PagedTableProps<Row> = Pick<GridProps<Row>, 'label' | 'rowId' | 'href'> & {
  readonly columns: readonly Column<Row>[];
  /** What `usePages` answers. */
  readonly list: {
    readonly rows: readonly Row[] | undefined;
    readonly more: (() => void) | null;
    readonly error: Error | null;
    readonly hasNextPage: boolean;
    readonly refetch: () => unknown;
    /** Is told which rows are looked at. */
    readonly see: (from: number, to: number) => void;
  };
  /** How many there are in all, where the verifier counts them. */
  readonly total?: number | undefined;
  /** The order that was asked for, and how another is; left out where the verifier has one order. */
  readonly sort?: Sort | null;
  readonly onSort?: (sort: Sort | null) => void;
  /** What was looked for, where the verifier looks. */
  readonly search?: string;
  readonly onSearch?: (search: string) => void;
  /** What would stand here and how it comes to be; left out while something is looked for. */
  readonly nothing?: string | undefined;
  readonly children?: ReactNode;
};

/** A table that the verifier sorts and searches, read page by page as it is scrolled through. */
export function PagedTable<Row>(props: PagedTableProps<Row>) {
  const {
    columns,
    list,
    total,
    sort = null,
    onSort,
    search = '',
    onSearch,
    nothing,
    children,
    ...grid
  } = props;
  const { table } = useWords(shellWords);
  const { shown, setShown, visible } = useShownColumns(columns);
  const rows = list.rows ?? [];
  const count = rows.length;
  const summary =
    list.hasNextPage && total === undefined ? table.rowsSoFar(count) : table.rows(count, total ?? count);
  return (
    <div className="table">
      <Toolbar {...{ columns, shown, search, onSearch, summary }} onShown={setShown}>
        {children}
      </Toolbar>
      {list.error !== null && <ProblemNote error={list.error} onAgain={() => void list.refetch()} />}
      <Grid
        {...grid}
        columns={visible}
        count={count}
        at={(place) => rows[place]}
        sort={sort}
        onSort={onSort === undefined ? undefined : (column) => onSort(nextSort(sort, column))}
        more={list.more}
        see={list.see}
        empty={
          list.rows === undefined && list.error === null ? (
            <Loading />
          ) : (
            <Empty>{(list.error === null ? nothing : undefined) ?? table.none}</Empty>
          )
        }
      />
    </div>
  );
}
