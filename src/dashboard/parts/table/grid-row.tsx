import { memo } from 'react';
import { Link } from 'wouter';
import type { Column } from './column.ts';

type GridRowProps<Row> = {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  /** From 0, below the headers. */
  readonly place: number;
  /** From the top of the body, in pixels. */
  readonly top: number;
  /** Whether Tab comes to it. */
  readonly isStop: boolean;
  readonly href: string | undefined;
  readonly onFocus: (place: number) => void;
};

/** Drawn anew only when something about it has changed: scrolling moves the window, not the rows. */
export const GridRow = memo(function GridRow<Row>({
  row,
  columns,
  place,
  top,
  isStop,
  href,
  onFocus,
}: GridRowProps<Row>) {
  return (
    <div
      className="grid__row"
      role="row"
      aria-rowindex={place + 2}
      data-place={place}
      tabIndex={isStop ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => onFocus(place)}
    >
      {columns.map(({ id, cell, numeric = false }, index) => (
        <div
          key={id}
          className={numeric ? 'grid__cell grid__cell--numeric' : 'grid__cell'}
          role="gridcell"
          aria-colindex={index + 1}
        >
          {index === 0 && href !== undefined ? (
            <Link href={href} tabIndex={-1}>
              {cell(row)}
            </Link>
          ) : (
            cell(row)
          )}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: GridRowProps<Row>) => React.ReactElement; // `memo` forgets that it is generic
