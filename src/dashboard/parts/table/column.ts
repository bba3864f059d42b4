import type { ReactNode } from 'react';

/** What rows are sorted by; null stands last, in either direction. */
export type SortKey = string | number | null;

/** A column, declared once at the top of a view's file, or memoised: another array is another table. */
export type Column<Row> = {
  /** Where the verifier sorts: the name of the member that it sorts by. */
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it is sorted by, in memory; and found by, unless `text` says otherwise. Without it the column is only shown. */
  readonly key?: (row: Row) => SortKey;
  readonly text?: (row: Row) => string;
  /** A share of the width; 1 unless given. */
  readonly share?: number;
  /** Never narrower, in pixels; 96 unless given. */
  readonly least?: number;
  /** Aligned to the right, in tabular figures. */
  readonly numeric?: boolean;
  /** Left out until somebody asks for it. */
  readonly hidden?: boolean;
};

export type Sort = { readonly column: string; readonly descending: boolean };

const SHARE = 1;
const LEAST_PX = 96;

/** The `least` of a column in which an identifier is read whole. */
export const IDENTIFIER_PX = 265;

/** `grid-template-columns` of the columns that are shown. */
export function trackList<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ share = SHARE, least = LEAST_PX }) => `minmax(${least}px, ${share}fr)`).join(' ');
}

/** As wide as the table is at least; beyond that it scrolls sideways. */
export function leastWidth<Row>(columns: readonly Column<Row>[]): number {
  return columns.reduce((sum, { least = LEAST_PX }) => sum + least, 0);
}

/** What the next press on a header asks for: ascending, descending, then as it came. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}
