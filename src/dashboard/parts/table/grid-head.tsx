import { useWords } from '../../words/language.tsx';
import { shellWords } from '../../words/shell.ts';
import type { Column, Sort } from './column.ts';

type GridHeadProps<Row> = {
  readonly columns: readonly Column<Row>[];
  readonly sort: Sort | null;
  readonly onSort: ((column: string) => void) | undefined;
};

/** The headers: buttons where a column can be sorted by. */
export function GridHead<Row>({ columns, sort, onSort }: GridHeadProps<Row>) {
  const { table } = useWords(shellWords);
  return (
    <div className="grid__head" role="rowgroup">
      <div className="grid__row" role="row" aria-rowindex={1}>
        {columns.map(({ id, header, key, numeric = false }, index) => {
          const way = sort?.column === id ? (sort.descending ? 'descending' : 'ascending') : 'none';
          const sorts = onSort !== undefined && key !== undefined;
          return (
            <div
              key={id}
              className={numeric ? 'grid__header grid__header--numeric' : 'grid__header'}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sorts ? way : undefined}
            >
              {sorts ? (
                <button type="button" onClick={() => onSort(id)} title={table.sortBy(header)}>
                  {header}
                  <span className={`sort-sign sort-sign--${way}`} aria-hidden="true" />
                </button>
              ) : (
                header
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
