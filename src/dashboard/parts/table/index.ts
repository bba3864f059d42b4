export type { Column, Sort, SortKey } from './column.ts';
export { LocalTable } from './local-table.tsx';
export { PagedTable } from './paged-table.tsx';
