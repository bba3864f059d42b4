import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { type Column, leastWidth, type Sort, trackList } from './column.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { stepOf } from './keys.ts';

export type GridProps<Row> = {
  /** What it is a table of. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly count: number;
  readonly at: (place: number) => Row | undefined;
  readonly rowId: (row: Row) => string;
  /** Where a row leads: by its first cell, and by Enter. */
  readonly href?: ((row: Row) => string | undefined) | undefined;
  readonly sort: Sort | null;
  /** The headers sort; left out where the order is not the reader's to choose. */
  readonly onSort?: ((column: string) => void) | undefined;
  /** Reads more rows: called as the end comes near; null where there are none, or they are on their way. */
  readonly more?: (() => void) | null;
  /** Is told which rows are drawn, whenever others are. */
  readonly see?: (from: number, to: number) => void;
  /** Shown where there are no rows: below the grid, in which ARIA lets nothing stand but rows. */
  readonly empty: ReactNode;
};

/** The height of a row, as styles/table.css has it. */
const ROW_PX = 34;
const HEAD_PX = 34;
/** Rows that are drawn beyond what is seen. */
const OVERSCAN = 12;

/**
 * A grid (ARIA 1.2, `grid`) that draws the rows that are seen and no others. One row is the tab stop; arrows, Page Up and Down, Home and
 * End move it, Enter follows its link.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { label, columns, count, at, rowId, href, sort, onSort, more, see, empty } = props;
  const [, navigate] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const stop = Math.min(active, count - 1);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_PX,
    // The tab stop stays in the page, however far it has been scrolled away.
    rangeExtractor: (range) =>
      [...new Set([stop, ...defaultRangeExtractor(range)])].filter((place) => place >= 0),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // The tab stop may stand far away from what is seen.
  const first = items.find(({ index }) => index !== stop)?.index ?? stop;
  useEffect(() => {
    if (more !== null && more !== undefined && last >= count - OVERSCAN * 2) more();
  }, [more, last, count]);
  useEffect(() => see?.(first, last), [see, first, last]);

  const onKeyDown = (event: KeyboardEvent): void => {
    // What a dialog hears that a cell opened comes by here too, as React has it.
    if (!(event.target instanceof Node && event.currentTarget.contains(event.target))) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD_PX) / ROW_PX) - 1);
    const to = stepOf(event.key, stop, count, page);
    const row = at(stop);
    if (to !== null) {
      event.preventDefault();
      setActive(to);
      virtual.scrollToIndex(to);
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`[data-place="${to}"]`)?.focus(),
      );
    } else if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.role === 'row') {
      const address = row === undefined ? undefined : href?.(row);
      if (address !== undefined) navigate(address);
    }
  };

  const shape = { '--tracks': trackList(columns), '--least': `${leastWidth(columns)}px` } as CSSProperties; // custom properties
  return (
    <>
      <div
        className="grid"
        ref={scroller}
        style={shape}
        role="grid"
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        // Where there is no row to come to, its headers are scrolled by keyboard all the same.
        tabIndex={count === 0 ? 0 : undefined}
      >
        <GridHead columns={columns} sort={sort} onSort={onSort} />
        <div
          className="grid__body"
          role="rowgroup"
          onKeyDown={onKeyDown}
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map(({ index, start }) => {
            const row = at(index);
            if (row === undefined) return null;
            return (
              <GridRow
                key={rowId(row)}
                row={row}
                columns={columns}
                place={index}
                top={start}
                isStop={index === stop}
                href={href?.(row)}
                onFocus={setActive}
              />
            );
          })}
        </div>
      </div>
      {count === 0 && empty}
    </>
  );
}
